package dev.switchgear.dialects.openai;

import dev.switchgear.dialects.AutomaticMarks;
import dev.switchgear.families.llm.chat.ReasoningWish.Effort;
import java.util.EnumSet;
import java.util.Set;

/// How one provider's chat completions differ from OpenAI's. Those of a company stand with the company;
/// here stands only OpenAI's own, from which they differ, and what fits strangers. Immutable.
///
/// @param name for messages
/// @param bound what the bound on output is called
/// @param asking how a model is told how much to reason
/// @param efforts the words it takes for that; another is replaced by the next above it, or the
///     highest
/// @param replay how earlier reasoning is sent back
/// @param counting what `completion_tokens` holds
/// @param takes what may be sent at all
/// @param extras which of the fields that nothing here translates are sent; the others are left out,
///     and that is said
/// @param names what some fields are called
/// @param toolIds which ids of tool calls are taken
/// @param doneRequired whether a stream is whole only with `[DONE]`; otherwise a finish reason and
///     the end of the body do, as they do for OpenAI's own SDKs
public record OpenAiFlavour(
        String name,
        Bound bound,
        Asking asking,
        Set<Effort> efforts,
        Replay replay,
        Counting counting,
        Set<Takes> takes,
        Extras extras,
        Names names,
        ToolIds toolIds,
        boolean doneRequired) {
    /// OpenAI itself. Its ids end at 40 characters (`string_above_max_length`).
    public static final OpenAiFlavour OPENAI =
            new OpenAiFlavour(
                    "openai",
                    Bound.MAX_COMPLETION_TOKENS,
                    Asking.EFFORT,
                    EnumSet.allOf(Effort.class),
                    Replay.NONE,
                    Counting.WHOLE,
                    EnumSet.of(
                            Takes.SEED,
                            Takes.PENALTIES,
                            Takes.JSON_SCHEMA,
                            Takes.IMAGES,
                            Takes.AUDIO,
                            Takes.FILES,
                            Takes.STRICT,
                            Takes.STRICT_SUBSET,
                            Takes.PARALLEL_TOOL_CALLS,
                            Takes.STOP,
                            Takes.DEVELOPER,
                            Takes.LISTS,
                            Takes.REFUSAL,
                            Takes.CACHE_BREAKPOINTS,
                            Takes.ALLOWED_TOOLS,
                            Takes.HOSTED_TOOLS,
                            Takes.CUSTOM_TOOLS,
                            Takes.STREAM_OPTIONS,
                            Takes.BARE_FUNCTIONS,
                            Takes.EMBEDDINGS),
                    Extras.allBut(),
                    Names.OPENAI,
                    ToolIds.upTo(40),
                    false);

    /// Anybody else: vLLM, llama.cpp, LM Studio, GPUStack, Gemini's OpenAI layer. What is not known
    /// to fail is tried.
    public static final OpenAiFlavour COMPATIBLE =
            new OpenAiFlavour(
                    "compatible",
                    Bound.MAX_TOKENS,
                    Asking.EFFORT,
                    EnumSet.allOf(Effort.class),
                    Replay.CONTENT,
                    Counting.WHOLE_OR_TOTAL,
                    EnumSet.of(
                            Takes.SEED,
                            Takes.PENALTIES,
                            Takes.JSON_SCHEMA,
                            Takes.IMAGES,
                            Takes.AUDIO,
                            Takes.FILES,
                            Takes.STRICT,
                            Takes.PARALLEL_TOOL_CALLS,
                            Takes.STOP,
                            Takes.LISTS,
                            Takes.TOP_K,
                            Takes.HOSTED_TOOLS,
                            Takes.STREAM_OPTIONS,
                            Takes.BARE_FUNCTIONS,
                            Takes.EMBEDDINGS,
                            Takes.GOOGLE_SIGNATURES),
                    Extras.allBut(),
                    Names.OPENAI,
                    ToolIds.upTo(256),
                    false);

    public OpenAiFlavour {
        efforts = Set.copyOf(efforts);
        takes = Set.copyOf(takes);
    }

    /// The same, where a stream is whole only with its `[DONE]`, or also without.
    public OpenAiFlavour ending(boolean onlyWithDone) {
        return new OpenAiFlavour(
                name,
                bound,
                asking,
                efforts,
                replay,
                counting,
                takes,
                extras,
                names,
                toolIds,
                onlyWithDone);
    }

    /// Whether tools whose calls hold one text are taken as they are; else they are functions.
    public boolean customTools() {
        return takes.contains(Takes.CUSTOM_TOOLS);
    }

    boolean takes(Takes what) {
        return takes.contains(what);
    }

    /// Whether a model remembers only what is marked, and takes marks here.
    public boolean marks(String model) {
        return takes(Takes.CACHE_MARKS) && AutomaticMarks.claude(model);
    }

    boolean refuses(String field) {
        return extras.named().contains(field) == extras.othersSent();
    }

    /// Which fields are sent that nothing here translates.
    ///
    /// @param othersSent whether those not named are sent; then those named are not
    public record Extras(boolean othersSent, Set<String> named) {
        public Extras {
            named = Set.copyOf(named);
        }

        /// For a server that leaves out itself what it does not know.
        public static Extras allBut(String... refused) {
            return new Extras(true, Set.of(refused));
        }

        /// For a server that answers with an error to what it does not know.
        public static Extras noneBut(String... taken) {
            return new Extras(false, Set.of(taken));
        }
    }

    /// What some fields are called.
    ///
    /// @param user the name of the end user; empty where there is no such field
    /// @param dimensions of an embedding
    public record Names(String seed, String user, String dimensions) {
        /// As OpenAI calls them.
        public static final Names OPENAI = new Names("seed", "user", "dimensions");
    }

    /// Which ids of tool calls are taken; another is replaced by its hash, the same each time.
    ///
    /// @param charsMin 1 or more
    /// @param charsMax 29 or more, or 9 where plain, so that a hash has room
    /// @param plain only ASCII letters and digits
    public record ToolIds(int charsMin, int charsMax, boolean plain) {
        public ToolIds {
            int room = plain ? 9 : 29;
            if (charsMin < 1 || charsMax < Math.max(room, charsMin)) {
                throw new IllegalArgumentException(
                        "tool-ids: %d to %d characters (expected: 1 or more, to %d or more)"
                                .formatted(charsMin, charsMax, room));
            }
        }

        /// Any of so many characters at most.
        public static ToolIds upTo(int charsMax) {
            return new ToolIds(1, charsMax, false);
        }

        boolean takes(String id) {
            return id.length() >= charsMin
                    && id.length() <= charsMax
                    && (!plain || id.chars().allMatch(ToolIds::isPlain));
        }

        private static boolean isPlain(int c) {
            return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        }
    }

    /// What the bound on output is called.
    public enum Bound {
        MAX_COMPLETION_TOKENS("max_completion_tokens"),
        MAX_TOKENS("max_tokens");

        private final String field;

        Bound(String field) {
            this.field = field;
        }

        String field() {
            return field;
        }
    }

    /// How a model is told how much to reason.
    public enum Asking {
        /// Not at all.
        NONE,
        /// `reasoning_effort`.
        EFFORT,
        /// `thinking:{type}` turns it on and off, `reasoning_effort` says how much.
        THINKING,
        /// `reasoning:{effort, max_tokens, enabled, exclude}`.
        OBJECT
    }

    /// How earlier reasoning is sent back.
    public enum Replay {
        NONE,
        /// As `reasoning_content`.
        CONTENT,
        /// As `reasoning_content` beside tool calls, which must have it, if only an empty one.
        CONTENT_WITH_CALLS,
        /// As `reasoning_details` where signed, as `reasoning` where not.
        DETAILS,
        /// As parts `thinking` before the text, for models known to reason.
        CHUNKS
    }

    /// What `completion_tokens` holds.
    public enum Counting {
        /// All output.
        WHOLE,
        /// Output without reasoning, which stands beside it (xAI's chat completions).
        BESIDE_REASONING,
        /// All output; or, where the total is more than both sides, output without reasoning, which
        /// stands nowhere (Gemini's OpenAI layer).
        WHOLE_OR_TOTAL
    }

    /// What may be sent.
    public enum Takes {
        SEED,
        PENALTIES,
        JSON_SCHEMA,
        IMAGES,
        AUDIO,
        FILES,
        /// An address as a file's data.
        FILE_URLS,
        STRICT,
        /// Strict schemas in OpenAI's subset alone, and answers by schema that are objects.
        STRICT_SUBSET,
        PARALLEL_TOOL_CALLS,
        STOP,
        TOP_K,
        /// The role `developer`, for models that reason.
        DEVELOPER,
        /// Lists of parts as the content of a message.
        LISTS,
        /// `refusal` in a message.
        REFUSAL,
        /// `tool_choice:{type:allowed_tools}`.
        ALLOWED_TOOLS,
        /// Tools of other types than `function` and `custom`.
        HOSTED_TOOLS,
        /// Tools of the type `custom`, whose calls hold one text.
        CUSTOM_TOOLS,
        /// `cache_control`.
        CACHE_MARKS,
        /// `prompt_cache_breakpoint`, where the model does.
        CACHE_BREAKPOINTS,
        /// `prefix:true` on a last message of the assistant, to be continued.
        PREFIX,
        /// `extra_content.google.thought_signature` on tool calls.
        GOOGLE_SIGNATURES,
        /// `stream_options`; other servers tell a stream's usage unasked.
        STREAM_OPTIONS,
        /// Functions without `parameters`.
        BARE_FUNCTIONS,
        EMBEDDINGS
    }
}
