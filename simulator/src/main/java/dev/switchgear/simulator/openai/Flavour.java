package dev.switchgear.simulator.openai;

import dev.switchgear.simulator.mind.OfferedModel;
import java.util.List;
import java.util.Optional;

/// Whose variant of OpenAI's API is spoken. Every difference between them stands here, one question a
/// method; the code that reads requests and renders answers asks and knows no provider.
public enum Flavour {
    OPENAI,
    XAI,
    DEEPSEEK,
    OPENROUTER,
    /// The OpenAI layer beside Ollama's own API.
    OLLAMA,
    VLLM,
    /// llama.cpp's `llama-server`.
    LLAMA_CPP,
    LM_STUDIO;

    /// What a provider offers that was not told otherwise.
    public List<OfferedModel> models() {
        return OpenAiModels.of(this);
    }

    /// The known model of that name.
    public Optional<OfferedModel> known(String id) {
        return OpenAiModels.known(this, id);
    }

    /// Where the thoughts of a model stand in a chat answer.
    enum Thoughts {
        /// Counted in usage alone.
        HIDDEN,
        /// `reasoning_content`.
        REASONING_CONTENT,
        /// `reasoning`.
        REASONING,
        /// `reasoning` and `reasoning_details`.
        REASONING_DETAILS
    }

    /// How the thoughts of a model stand in an item of the Responses API.
    enum ReasoningItem {
        /// A summary where the request asks for one.
        SUMMARY_ON_REQUEST,
        SUMMARY,
        /// Parts of `content`.
        CONTENT
    }

    /// How a chat stream begins.
    enum Opening {
        /// With a chunk that holds the role and no text.
        APART,
        /// The first piece holds the role.
        WITH_FIRST_PIECE,
        /// Every piece holds the role.
        EVERYWHERE
    }

    /// Where a chat stream tells what was used.
    enum Usage {
        /// In a chunk without choices, where the request asks for it.
        ON_REQUEST,
        /// In the chunk with the finish reason.
        WITH_FINISH,
        /// In a chunk that repeats the finish.
        REPEATED
    }

    /// How errors look.
    enum ErrorForm {
        OPENAI,
        /// `{"code":"…","error":"…"}`.
        TEXT,
        /// OpenAI's, with the HTTP status for a code and a class name for a type.
        CLASS,
        /// Code, message and type.
        SHORT,
        /// OpenAI's, with `metadata` instead of type and param.
        METADATA,
        /// OpenAI's, with no code.
        NO_CODE,
        /// `{"error":"…"}`.
        BARE
    }

    /// What is told about rate limits.
    enum Rates {
        ALWAYS,
        /// Without the times at which they are full again.
        NO_RESET,
        /// With 429 only, the reset in milliseconds since 1970.
        WHEN_REACHED,
        NEVER
    }

    /// What the paths begin with, the one for clients first.
    public List<String> roots() {
        return switch (this) {
            case OPENAI, XAI, OLLAMA, VLLM, LLAMA_CPP, LM_STUDIO -> List.of("/v1");
            case DEEPSEEK -> List.of("", "/v1", "/beta");
            case OPENROUTER -> List.of("/api/v1");
        };
    }

    /// Whether answers of the Responses API are kept for later requests.
    boolean stores() {
        return switch (this) {
            case OPENAI, XAI -> true;
            case DEEPSEEK, OPENROUTER, OLLAMA, VLLM, LLAMA_CPP, LM_STUDIO -> false;
        };
    }

    boolean countsTokens() {
        return switch (this) {
            case OPENAI, LLAMA_CPP -> true;
            case XAI, DEEPSEEK, OPENROUTER, OLLAMA, VLLM, LM_STUDIO -> false;
        };
    }

    boolean embeds() {
        return switch (this) {
            case XAI, DEEPSEEK -> false;
            case OPENAI, OPENROUTER, OLLAMA, VLLM, LLAMA_CPP, LM_STUDIO -> true;
        };
    }

    Thoughts thinking() {
        return switch (this) {
            case OPENAI -> Thoughts.HIDDEN;
            case XAI, DEEPSEEK, LLAMA_CPP, LM_STUDIO -> Thoughts.REASONING_CONTENT;
            case OLLAMA, VLLM -> Thoughts.REASONING;
            case OPENROUTER -> Thoughts.REASONING_DETAILS;
        };
    }

    ReasoningItem reasoningItem() {
        return switch (this) {
            case OPENAI -> ReasoningItem.SUMMARY_ON_REQUEST;
            case XAI, OPENROUTER, OLLAMA -> ReasoningItem.SUMMARY;
            case DEEPSEEK, VLLM, LLAMA_CPP, LM_STUDIO -> ReasoningItem.CONTENT;
        };
    }

    Opening opening() {
        return switch (this) {
            case OPENAI, DEEPSEEK, VLLM, LLAMA_CPP, LM_STUDIO -> Opening.APART;
            case XAI, OLLAMA -> Opening.WITH_FIRST_PIECE;
            case OPENROUTER -> Opening.EVERYWHERE;
        };
    }

    /// Whether a chat stream sends a tool call in one piece.
    boolean wholeCalls() {
        return switch (this) {
            case XAI, OLLAMA -> true;
            case OPENAI, DEEPSEEK, OPENROUTER, VLLM, LLAMA_CPP, LM_STUDIO -> false;
        };
    }

    /// Whether a tool call in a whole answer holds its index.
    boolean indexedCalls() {
        return switch (this) {
            case DEEPSEEK, OPENROUTER, OLLAMA -> true;
            case OPENAI, XAI, VLLM, LLAMA_CPP, LM_STUDIO -> false;
        };
    }

    /// The delta of the chunk with the finish reason.
    String finishDelta() {
        return switch (this) {
            case OPENAI, XAI, OLLAMA, LLAMA_CPP, LM_STUDIO -> "{}";
            case DEEPSEEK, VLLM -> "{\"content\":\"\"}";
            case OPENROUTER -> "{\"content\":\"\",\"role\":\"assistant\"}";
        };
    }

    /// Whether chunks before the last say `"finish_reason":null`.
    boolean nullFinish() {
        return this != XAI;
    }

    /// Whether a choice says `"logprobs":null`.
    boolean nullLogprobs() {
        return switch (this) {
            case OPENAI, DEEPSEEK, VLLM, LM_STUDIO -> true;
            case XAI, OPENROUTER, OLLAMA, LLAMA_CPP -> false;
        };
    }

    /// Whether chunks without usage say `"usage":null`: where usage was asked for, or always.
    boolean nullUsage(boolean asked) {
        return switch (this) {
            case OPENAI -> asked;
            case DEEPSEEK -> true;
            case XAI, OPENROUTER, OLLAMA, VLLM, LLAMA_CPP, LM_STUDIO -> false;
        };
    }

    Usage usage() {
        return switch (this) {
            case OPENAI, XAI, OLLAMA, VLLM, LLAMA_CPP, LM_STUDIO -> Usage.ON_REQUEST;
            case DEEPSEEK -> Usage.WITH_FINISH;
            case OPENROUTER -> Usage.REPEATED;
        };
    }

    /// Whether the tokens of thoughts are part of a chat answer's `completion_tokens`.
    boolean countsThoughts() {
        return this != XAI;
    }

    /// Whether `finish_reason` is `stop` where one function was forced by name.
    boolean stopsWhenForced() {
        return switch (this) {
            case OPENAI, VLLM -> true;
            case XAI, DEEPSEEK, OPENROUTER, OLLAMA, LLAMA_CPP, LM_STUDIO -> false;
        };
    }

    /// Whether the stream of the Responses API names its events outside their JSON.
    boolean namesEvents() {
        return this != OPENROUTER;
    }

    /// Whether the stream of the Responses API ends with `[DONE]`.
    boolean endsResponses() {
        return this == OPENROUTER;
    }

    ErrorForm errors() {
        return switch (this) {
            case OPENAI, DEEPSEEK -> ErrorForm.OPENAI;
            case XAI -> ErrorForm.TEXT;
            case OPENROUTER -> ErrorForm.METADATA;
            case OLLAMA -> ErrorForm.NO_CODE;
            case VLLM -> ErrorForm.CLASS;
            case LLAMA_CPP -> ErrorForm.SHORT;
            case LM_STUDIO -> ErrorForm.BARE;
        };
    }

    Rates rates() {
        return switch (this) {
            case OPENAI -> Rates.ALWAYS;
            case XAI -> Rates.NO_RESET;
            case OPENROUTER -> Rates.WHEN_REACHED;
            case DEEPSEEK, OLLAMA, VLLM, LLAMA_CPP, LM_STUDIO -> Rates.NEVER;
        };
    }

    /// Comments before the first event of a stream, in the order of a request's number.
    int comments(long number) {
        return this == OPENROUTER ? 1 + (int) (number % 2) : 0;
    }

    /// What a stream sends while it waits; empty: nothing.
    String comment() {
        return switch (this) {
            case DEEPSEEK -> ": keep-alive\n\n";
            case OPENROUTER -> ": OPENROUTER PROCESSING\n\n";
            case LLAMA_CPP -> ":\n\n";
            case OPENAI, XAI, OLLAMA, VLLM, LM_STUDIO -> "";
        };
    }

    /// What a whole answer sends before its body while it waits; empty: nothing.
    String blank() {
        return this == DEEPSEEK ? "\n" : "";
    }

    /// How hard a model thinks where a request does not say.
    String usualEffort() {
        return switch (this) {
            case XAI, DEEPSEEK -> "high";
            case OPENAI, OPENROUTER, OLLAMA, VLLM, LLAMA_CPP, LM_STUDIO -> "medium";
        };
    }

    /// How many choices a chat request may ask for; more than one is not even read where it is 1.
    int choicesMax() {
        return switch (this) {
            case OPENAI, XAI, VLLM -> 128;
            case DEEPSEEK, OPENROUTER, OLLAMA, LLAMA_CPP, LM_STUDIO -> 1;
        };
    }

    /// Whether `max_completion_tokens` is known; where it is not, it is dropped without a word.
    boolean readsMaxCompletionTokens() {
        return switch (this) {
            case DEEPSEEK, OLLAMA -> false;
            case OPENAI, XAI, OPENROUTER, VLLM, LLAMA_CPP, LM_STUDIO -> true;
        };
    }

    int stopsMax() {
        return this == DEEPSEEK ? 16 : 4;
    }

    /// Whether any model's name is taken for the one that is loaded.
    boolean anyModel() {
        return this == LLAMA_CPP || this == LM_STUDIO;
    }

    /// Whether a request too long for the model is cut without a word.
    boolean cutsPrompts() {
        return this == OLLAMA;
    }

    /// Whether the order of messages and the tool choice go unchecked.
    boolean lenient() {
        return switch (this) {
            case OPENAI, XAI, DEEPSEEK, OPENROUTER -> false;
            case OLLAMA, VLLM, LLAMA_CPP, LM_STUDIO -> true;
        };
    }
}
