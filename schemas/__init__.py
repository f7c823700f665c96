"""What a tracker's tables must look like, and the vocabulary of headings and words that centres use."""
