"""From plan documents to records, vectors, tags and themes: pure logic, no UI, no CLI."""
