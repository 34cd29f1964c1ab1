"""The command line, the Gradio page and the REST API: thin, no logic of their own."""
