package dev.switchgear.providers.fault;

/// What proves that an error means what a rule says it means.
public enum Evidence {
    /// A code or type that the provider has for just this.
    CODE,
    /// Words of the message, alone or beside a code that means several things.
    WORDS,
    /// A status that can mean nothing else.
    STATUS
}
