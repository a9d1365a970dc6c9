"""Pure calculation without Django: a frozen snapshot in, a frozen result out."""
