package dev.switchgear.families.llm.tokens;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingRegistry;
import com.knuddels.jtokkit.api.EncodingType;
import dev.switchgear.families.llm.model.Tokenizer;
import java.util.Optional;

/// Estimates of the tokens of prompts: [#prompt] for calls that end before their use is reported,
/// [#close] for counting where a provider offers no count. Stateless, thread-safe.
///
/// OpenAI's tokenizers are public: [#close] runs them on texts of bounded length. They are loaded on
/// first use (about a second, 30 MB), and nothing else needs them, so a gateway that only relays never
/// loads them.
public final class TokenEstimates {
    /// Longer texts are estimated without a tokenizer, whose time grows faster than the text.
    static final int TOKENIZED_CHARS_MAX = 100_000;

    private TokenEstimates() {}

    private static final class Loaded {
        static final EncodingRegistry ENCODINGS = Encodings.newLazyEncodingRegistry();
    }

    /// Prompt tokens of a request, quickly. For its parts that are not text see [PromptScan].
    ///
    /// @param body a JSON object in any dialect we know
    public static long prompt(byte[] body, Tokenizer tokenizer) {
        return PromptScan.of(body, Optional.empty()).tokens(tokenizer);
    }

    /// As [#prompt], with the model's own tokenizer where it is public.
    public static long close(byte[] body, Tokenizer tokenizer) {
        return PromptScan.of(body, encoding(tokenizer)).tokens(tokenizer);
    }

    private static Optional<Encoding> encoding(Tokenizer tokenizer) {
        return switch (tokenizer) {
            case O200K -> Optional.of(Loaded.ENCODINGS.getEncoding(EncodingType.O200K_BASE));
            case CL100K -> Optional.of(Loaded.ENCODINGS.getEncoding(EncodingType.CL100K_BASE));
            case CLAUDE, CLAUDE_47, GEMINI, GROK, DEEPSEEK, UNKNOWN -> Optional.empty();
        };
    }
}
