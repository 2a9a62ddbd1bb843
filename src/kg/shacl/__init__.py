"""SHACL Core over indexed triples: fast enough to check every build, with pySHACL as the oracle in the tests."""
