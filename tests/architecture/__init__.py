"""The rules of docs/house.md, executable."""
