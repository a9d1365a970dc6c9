"""When can it be ready: the promise from stock, open supply, lead times, calendars and transit."""
