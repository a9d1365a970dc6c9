"""What understands orders: labels, table geometry, arithmetic, dates and money in two languages."""
