package dev.switchgear.families.llm.model;

import java.util.Locale;

/// What is priced apart.
public enum Rate {
    INPUT,
    CACHE_READ,
    CACHE_WRITE,
    CACHE_WRITE_HOUR,
    AUDIO_IN,
    IMAGE_IN,
    OUTPUT,
    REASONING,
    AUDIO_OUT,
    IMAGE_OUT;

    /// As it is written in the data.
    public String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
