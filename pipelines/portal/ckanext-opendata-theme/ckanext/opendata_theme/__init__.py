"""A bilingual theme for a provincial open data portal."""
