"""What is to be bought: purchase requests."""
