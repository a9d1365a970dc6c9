"""Where everything is: the ledger of moves and balances, lots, reservations, expected supply."""
