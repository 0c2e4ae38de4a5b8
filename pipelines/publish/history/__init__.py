"""History is data: every version of a dataset, kept on the portal and rebuilt from there."""
