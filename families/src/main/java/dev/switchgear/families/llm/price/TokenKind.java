package dev.switchgear.families.llm.price;

import dev.switchgear.families.llm.tokens.TokenUsage;
import java.util.Locale;

/// The kinds of token that are counted, and mostly priced, apart; no token is of two.
public enum TokenKind {
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

    /// How many of `usage` are of this kind; 0 where nothing is known.
    public long of(TokenUsage usage) {
        return Math.max(
                0,
                switch (this) {
                    case INPUT -> usage.input();
                    case CACHE_READ -> usage.cacheRead();
                    case CACHE_WRITE -> usage.cacheWrite();
                    case CACHE_WRITE_HOUR -> usage.cacheWriteHour();
                    case AUDIO_IN -> usage.audioIn();
                    case IMAGE_IN -> usage.imageIn();
                    case OUTPUT -> usage.output();
                    case REASONING -> usage.reasoning();
                    case AUDIO_OUT -> usage.audioOut();
                    case IMAGE_OUT -> usage.imageOut();
                });
    }

    /// `cache_read`
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
