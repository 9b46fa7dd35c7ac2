"""Operations: documents edited by hand, and what attests the record."""
