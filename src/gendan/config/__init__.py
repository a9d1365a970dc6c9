"""How this installation is put together: settings, addresses of pages, who may do what."""
