"""The OpenAPI document: what it says, the forms in which it is served, the page to try it on."""
