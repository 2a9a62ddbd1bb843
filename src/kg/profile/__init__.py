"""What a graph holds, in numbers: classes, properties, datatypes, languages, codes, examples; as JSON and as VoID."""

from kg.profile.model import FILE_NAME, ClassProfile, GraphProfile, Profile, PropertyProfile, Usage

__all__ = ["FILE_NAME", "ClassProfile", "GraphProfile", "Profile", "PropertyProfile", "Usage"]
