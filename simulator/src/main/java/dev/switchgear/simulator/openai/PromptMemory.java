package dev.switchgear.simulator.openai;

import dev.switchgear.core.time.Time;
import dev.switchgear.simulator.answer.Asked;
import dev.switchgear.simulator.cache.CacheUse;
import dev.switchgear.simulator.cache.PrefixCache;
import dev.switchgear.simulator.cache.PrefixCache.Rule;
import dev.switchgear.simulator.cache.PromptCache;
import dev.switchgear.simulator.cache.PromptCache.Block;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/// What a flavour remembers of the prompts of its keys. A prompt with another `prompt_cache_key`
/// comes to another machine, which knows nothing of it. Thread-safe.
final class PromptMemory {
    private static final Rule OPENAI = new Rule(1024, 128, Duration.ofMinutes(5));
    private static final Rule OPENAI_30M = new Rule(1024, 128, Duration.ofMinutes(30));
    private static final Rule OPENAI_24H = new Rule(1024, 128, Duration.ofHours(24));
    private static final Rule XAI = new Rule(64, 64, Duration.ofMinutes(5));
    private static final Rule DEEPSEEK = new Rule(64, 64, Duration.ofHours(2));
    private static final Rule GEMINI = new Rule(2048, 64, Duration.ofMinutes(5));

    /// Nothing is remembered.
    private static final Rule NEVER = new Rule(Integer.MAX_VALUE, 1, Duration.ZERO);

    private static final Pattern GPT = Pattern.compile("gpt-(\\d{1,3})(?:\\.(\\d{1,3}))?(?:-.*)?");

    private final Flavour flavour;
    private final PrefixCache unasked;
    private final PromptCache marked;

    PromptMemory(Flavour flavour, Time time) {
        this.flavour = flavour;
        this.unasked = new PrefixCache(time);
        this.marked = new PromptCache(time);
    }

    /// What is known of a prompt for chat, which is remembered from now on.
    CacheUse chat(Asked asked, ChatCompletionsRequest request, JsonNode body) {
        String model = request.model().id();
        int tokens = request.prompt().tokens();
        return tooShort(tokens, model, body)
                ? CacheUse.NONE
                : use(asked, model, body, PromptWords.chat(body)).within(tokens);
    }

    /// What is known of a prompt for a response, which is remembered from now on.
    CacheUse responses(Asked asked, ResponsesRequest request) {
        String model = request.model().id();
        int tokens = request.input().tokens();
        if (tooShort(tokens, model, request.body())) {
            return CacheUse.NONE;
        }
        List<Block> prompt = PromptWords.responses(request.body(), request.input().context());
        return use(asked, model, request.body(), prompt).within(tokens);
    }

    private boolean tooShort(int tokens, String model, JsonNode body) {
        int least = byMarks(model, body) ? PromptCache.TOKENS_MIN : rule(model, body).tokensMin();
        return tokens < least;
    }

    private CacheUse use(Asked asked, String model, JsonNode body, List<Block> prompt) {
        String machine = body.path("prompt_cache_key").asString("");
        if (machine.isEmpty()) {
            machine = asked.head().header("x-grok-conv-id").orElse("");
        }
        String owner = asked.key() + '\n' + model + '\n' + machine;
        if (byMarks(model, body)) {
            PromptCache.Use use = marked.use(owner, prompt);
            return new CacheUse(use.read(), use.written());
        }
        CacheUse use = unasked.use(owner, prompt, rule(model, body));
        boolean told = flavour == Flavour.OPENAI && sinceGpt56(model);
        return told ? use : new CacheUse(use.read(), 0);
    }

    /// Whether only what is marked is remembered.
    private boolean byMarks(String model, JsonNode body) {
        return switch (flavour) {
            case OPENAI ->
                    sinceGpt56(model)
                            && body.path("prompt_cache_options")
                                    .path("mode")
                                    .asString("")
                                    .equals("explicit");
            case OPENROUTER -> model.startsWith("anthropic/");
            case XAI, DEEPSEEK, OLLAMA, VLLM, LLAMA_CPP, LM_STUDIO -> false;
        };
    }

    private Rule rule(String model, JsonNode body) {
        return switch (flavour) {
            case OPENAI -> ofOpenAi(model, body);
            case XAI -> XAI;
            case DEEPSEEK -> DEEPSEEK;
            case OPENROUTER -> behind(model, body);
            // What servers at home keep of a prompt is not simulated.
            case OLLAMA, VLLM, LLAMA_CPP, LM_STUDIO -> NEVER;
        };
    }

    /// The rule of whoever serves a model of OpenRouter's.
    private static Rule behind(String model, JsonNode body) {
        int slash = model.indexOf('/');
        String bare = model.substring(slash + 1);
        return switch (slash < 0 ? "" : model.substring(0, slash)) {
            case "openai" -> ofOpenAi(bare, body);
            case "x-ai" -> XAI;
            case "deepseek" -> DEEPSEEK;
            case "google" -> GEMINI;
            default -> NEVER;
        };
    }

    private static Rule ofOpenAi(String model, JsonNode body) {
        if (sinceGpt56(model)) {
            return OPENAI_30M;
        }
        boolean long24 = body.path("prompt_cache_retention").asString("").equals("24h");
        return long24 ? OPENAI_24H : OPENAI;
    }

    private static boolean sinceGpt56(String model) {
        Matcher version = GPT.matcher(model);
        if (!version.matches()) {
            return false;
        }
        int major = Integer.parseInt(version.group(1));
        int minor = version.group(2) == null ? 0 : Integer.parseInt(version.group(2));
        return major > 5 || (major == 5 && minor >= 6);
    }
}
