package dev.switchgear.server.api.operate;

import dev.switchgear.core.guard.GuardedUpstream;
import dev.switchgear.core.standing.Standing;
import dev.switchgear.server.api.HttpRoute;
import dev.switchgear.server.api.HttpRoute.Access;
import dev.switchgear.server.api.Visit;
import dev.switchgear.server.api.own.OwnProtocol;
import dev.switchgear.server.gateway.llm.ModelEntry;
import dev.switchgear.server.gateway.llm.ProviderCard;
import dev.switchgear.server.monitor.StandingWords;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/// Pages that scripts and dashboards know from LiteLLM, in its shapes. Thread-safe. None of them asks a
/// provider, so none of them costs anything.
public final class FamiliarRoutes {

    /// The digits by which a price for a million tokens exceeds that of one.
    private static final int MILLION_DIGITS = 6;

    /// Its words for prices a token, by ours.
    private static final Map<String, String> COSTS =
            Map.of(
                    "input",
                    "input_cost_per_token",
                    "output",
                    "output_cost_per_token",
                    "cache-read",
                    "cache_read_input_token_cost",
                    "cache-write",
                    "cache_creation_input_token_cost");

    /// Its words for what a model can do, by ours.
    private static final Map<String, String> ABILITIES =
            Map.of(
                    "vision",
                    "supports_vision",
                    "documents",
                    "supports_pdf_input",
                    "audio",
                    "supports_audio_input",
                    "tools",
                    "supports_function_calling",
                    "forced-tool",
                    "supports_tool_choice",
                    "structured-output",
                    "supports_response_schema",
                    "prompt-cache",
                    "supports_prompt_caching");

    private final OwnProtocol protocol = new OwnProtocol();
    private final Supplier<Collection<GuardedUpstream<?, ?>>> upstreams;
    private final Supplier<List<ModelEntry>> models;
    private final Supplier<List<ProviderCard>> cards;

    /// @param upstreams those in use now, of all families
    /// @param models all names that clients may ask for
    /// @param cards what is known of all configured providers
    public FamiliarRoutes(
            Supplier<Collection<GuardedUpstream<?, ?>>> upstreams,
            Supplier<List<ModelEntry>> models,
            Supplier<List<ProviderCard>> cards) {
        this.upstreams = upstreams;
        this.models = models;
        this.cards = cards;
    }

    public List<HttpRoute> routes() {
        return List.of(
                new HttpRoute("GET", "/health", Access.CLIENT, protocol, this::health),
                new HttpRoute("GET", "/v1/model/info", Access.CLIENT, protocol, this::models));
    }

    /// 200 to every client while the process lives: who restarts a gateway because a provider is down makes
    /// nothing better. Whether calls can be served is the question of `/readyz`.
    private void health(Visit visit) {
        var healthy = new ArrayList<Map<String, Object>>();
        var unhealthy = new ArrayList<Map<String, Object>>();
        for (GuardedUpstream<?, ?> upstream : upstreams.get()) {
            Standing standing = Standing.of(upstream);
            var one = new LinkedHashMap<String, Object>();
            one.put("provider", upstream.id().provider());
            one.put("key", upstream.id().key());
            if (standing.state().serves()) {
                healthy.add(one);
            } else {
                one.put("error", StandingWords.of(standing).why());
                unhealthy.add(one);
            }
        }
        var body = new LinkedHashMap<String, Object>();
        body.put("status", healthy.isEmpty() ? "down" : "ok");
        body.put("healthy_endpoints", healthy);
        body.put("unhealthy_endpoints", unhealthy);
        body.put("healthy_count", healthy.size());
        body.put("unhealthy_count", unhealthy.size());
        JsonPage.show(visit, body);
    }

    private void models(Visit visit) {
        List<ProviderCard> known = cards.get();
        var data = new ArrayList<Map<String, Object>>();
        for (ModelEntry model : models.get()) {
            var one = new LinkedHashMap<String, Object>();
            one.put("model_name", model.id());
            one.put("litellm_params", Map.of("model", model.id()));
            one.put("model_info", info(model.id(), known));
            data.add(one);
        }
        JsonPage.show(visit, Map.of("data", data));
    }

    private static Map<String, Object> info(String id, List<ProviderCard> known) {
        var info = new LinkedHashMap<String, Object>();
        info.put("id", id);
        info.put("db_model", false);
        int slash = id.indexOf('/');
        Optional<ProviderCard> card =
                known.stream()
                        .filter(one -> slash > 0 && one.provider().equals(id.substring(0, slash)))
                        .findFirst();
        card.ifPresent(provider -> {
            info.put("litellm_provider", provider.kind());
            provider.models().stream()
                    .filter(model -> id.substring(slash + 1).equals(model.get("id")))
                    .findFirst()
                    .ifPresent(model -> facts(info, model));
        });
        return info;
    }

    private static void facts(Map<String, Object> info, Map<String, Object> model) {
        Optional.ofNullable(model.get("contextTokens"))
                .ifPresent(tokens -> info.put("max_input_tokens", tokens));
        Optional.ofNullable(model.get("outputTokensMax"))
                .ifPresent(tokens -> {
                    info.put("max_tokens", tokens);
                    info.put("max_output_tokens", tokens);
                });
        if (model.get("usdPerMillionTokens") instanceof Map<?, ?> rates) {
            rates.forEach((rate, dollars) -> {
                String word = COSTS.getOrDefault(rate.toString(), "");
                if (!word.isEmpty() && dollars instanceof BigDecimal amount) {
                    info.put(word, amount.scaleByPowerOfTen(-MILLION_DIGITS));
                }
            });
        }
        if (model.get("capabilities") instanceof Map<?, ?> capabilities) {
            info.put(
                    "mode",
                    Boolean.TRUE.equals(capabilities.get("embeddings")) ? "embedding" : "chat");
            capabilities.forEach((ability, can) -> {
                String word = ABILITIES.getOrDefault(ability.toString(), "");
                if (!word.isEmpty()) {
                    info.put(word, can);
                }
            });
        }
    }
}
