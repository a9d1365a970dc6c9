"""What is made in our own works: work orders with their components and steps."""
