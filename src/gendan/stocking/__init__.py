"""How much to keep: forecasts of demand, safety stock, limits, slow and excess stock."""
