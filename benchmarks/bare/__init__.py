"""What is compared with: a Django REST Framework view that stores one row and does nothing else."""
