package dev.switchgear.families.llm.model;

/// Whether a model can do something. What no source tells is unknown, not no.
public enum Support {
    YES,
    NO,
    UNKNOWN
}
