"""Dataset search for CKAN in its own PostgreSQL, without Solr."""
