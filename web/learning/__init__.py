"""What the owner teaches: the inbox of questions, the FAQ, models trained, proved, published."""
