"""What is sold, made and bought: items, units, BOMs, routings, calendars, prices."""
