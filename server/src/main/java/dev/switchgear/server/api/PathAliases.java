package dev.switchgear.server.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Paths that people try before they have read where a route is, and where they lead. Pure.
///
/// The bases of providers and of other gateways are taken for ours, a base lacks its version or has
/// it twice because a client adds what stood there already, and slashes come too many. Each of these
/// is one line here instead of as many routes. Only the slashes are made equal: nothing is decoded, so
/// `..%2f` and `;x=1` still lead nowhere.
final class PathAliases {
    /// Aliases lead to each other (`/openai/v1/v1`), but not in a circle longer than this.
    private static final int STEPS_MAX = 4;

    /// In this order: the first whose beginning fits is taken.
    private static final List<Alias> ALIASES =
            List.of(
                    // A base with a version, and a client that adds one.
                    new Alias("/v1/v1", "/v1"),
                    new Alias("/v1/v1beta", "/v1beta"),
                    new Alias("/v1beta/v1beta", "/v1beta"),
                    new Alias("/v1beta/v1", "/v1beta"),
                    new Alias("/anthropic/v1/v1", "/anthropic/v1"),
                    new Alias("/genai/v1/v1", "/genai/v1"),
                    new Alias("/genai/v1/v1beta", "/genai/v1beta"),
                    new Alias("/genai/v1beta/v1", "/genai/v1beta"),
                    new Alias("/genai/v1beta/v1beta", "/genai/v1beta"),
                    new Alias("/v1/api", "/api"),
                    new Alias("/api/api", "/api"),
                    // The address of one method taken for the base.
                    new Alias("/v1/chat/completions/chat", "/v1/chat"),
                    new Alias("/v1/completions/completions", "/v1/completions"),
                    new Alias("/v1/embeddings/embeddings", "/v1/embeddings"),
                    new Alias("/v1/responses/responses", "/v1/responses"),
                    new Alias("/v1/messages/v1", "/v1"),
                    new Alias("/v1/messages/messages", "/v1/messages"),
                    new Alias("/anthropic/v1/messages/v1", "/anthropic/v1"),
                    new Alias("/anthropic/v1/messages/messages", "/anthropic/v1/messages"),
                    new Alias("/api/chat/api", "/api"),
                    // Bases as others have them: Azure and Groq, Google, DeepInfra, OpenRouter,
                    // Fireworks, DeepSeek; LiteLLM and Bifrost, which give each protocol one.
                    new Alias("/openai/v1", "/v1"),
                    new Alias("/openai", "/v1"),
                    new Alias("/v1beta/openai", "/v1"),
                    new Alias("/v1/openai", "/v1"),
                    new Alias("/api/v1", "/v1"),
                    new Alias("/inference/v1", "/v1"),
                    new Alias("/beta", "/v1"),
                    new Alias("/gemini", "/genai"),
                    new Alias("/ollama", ""),
                    // Probes as LiteLLM and Spring have them.
                    new Alias("/health/readiness", "/readyz"),
                    new Alias("/health/ready", "/readyz"),
                    new Alias("/health/liveness", "/livez"),
                    new Alias("/health/live", "/livez"),
                    // No version.
                    new Alias("/anthropic/messages", "/anthropic/v1/messages"),
                    new Alias("/anthropic/models", "/anthropic/v1/models"),
                    new Alias("/genai/models", "/genai/v1beta/models"),
                    new Alias("/chat", "/v1/chat"),
                    new Alias("/completions", "/v1/completions"),
                    new Alias("/embeddings", "/v1/embeddings"),
                    new Alias("/responses", "/v1/responses"),
                    new Alias("/messages", "/v1/messages"),
                    new Alias("/models", "/v1/models"),
                    new Alias("/model", "/v1/model"));

    private PathAliases() {}

    /// @param from the beginning of a path, in whole segments
    private record Alias(String from, String to) {
        boolean fits(String path) {
            return path.startsWith(from)
                    && (path.length() == from.length() || path.charAt(from.length()) == '/');
        }
    }

    /// The path without what is too much of slashes; the very same where nothing is.
    static String clean(String path) {
        if (!path.contains("//") && (path.length() < 2 || !path.endsWith("/"))) {
            return path;
        }
        var kept = new StringBuilder(path.length());
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c != '/' || kept.isEmpty() || kept.charAt(kept.length() - 1) != '/') {
                kept.append(c);
            }
        }
        if (kept.length() > 1 && kept.charAt(kept.length() - 1) == '/') {
            kept.setLength(kept.length() - 1);
        }
        return kept.toString();
    }

    /// The cleaned path, and where it leads step by step.
    static List<String> ways(String path) {
        var ways = new ArrayList<String>();
        ways.add(clean(path));
        for (int i = 0; i < STEPS_MAX; i++) {
            String now = ways.getLast();
            Optional<Alias> alias = ALIASES.stream().filter(one -> one.fits(now)).findFirst();
            if (alias.isEmpty()) {
                break;
            }
            ways.add(alias.get().to() + now.substring(alias.get().from().length()));
        }
        return ways;
    }
}
