"""Where we buy: suppliers' profiles, what each may supply us, at which price and in how long."""
