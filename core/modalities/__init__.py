"""What can be uploaded: one file is one modality."""
