"""The index in a Milvus collection, for more activities than one machine should hold."""
