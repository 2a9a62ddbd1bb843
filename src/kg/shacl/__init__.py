"""SHACL Core on indexed triples: fast enough to validate every build, with pySHACL as the oracle in the tests."""
