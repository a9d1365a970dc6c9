"""The companies we work with: customers, suppliers, carriers, their people, terms and lanes."""
