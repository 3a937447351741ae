"""Whose texts the weights were trained on. Goes into the card, and into docs/detection.md."""

ATTRIBUTION = (
    "SMS Spam Collection v.1 (2012), Tiago A. Almeida and José María Gómez Hidalgo, doi 10.24432/C5CC84, CC BY 4.0",
    "SMS Phishing Dataset for Machine Learning and Pattern Recognition (2022), Sandhya Mishra and Devpriya Soni, "
    "doi 10.17632/f45bkkt8pr.1, CC BY 4.0",
    "India Spam SMS Classification (2024), JuniorAlive, MIT, Copyright (c) 2024 JuniorAlive",
    "Texts and templates written for this project (edge/training/texts, and synthetic ones)",
    "Changes: HTML entities unescaped, white space folded, duplicates removed and near copies thinned; no text ships, "
    "only weights",
)
