package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.core.call.BreakerState;
import dev.switchgear.core.guard.GuardedUpstream;
import dev.switchgear.core.vault.Secret;
import dev.switchgear.identity.ClientKey;
import dev.switchgear.server.ScriptedHouse.Answer;
import dev.switchgear.server.config.Config;
import dev.switchgear.server.config.ConfigLoader;
import dev.switchgear.server.config.Loaded;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// What the next call is after a new configuration, as clients and providers see it.
class ReloadFromOutsideTest {
    private static final String ROUTE =
            "routes: [ { match: { model: auto }, to: [ { provider: chat, model: m } ] } ]\n";

    private final ClientKey old = ClientKey.generate(new Random(1));
    private final ClientKey next = ClientKey.generate(new Random(2));

    private static Config config(ScriptedHouse house, String text) {
        Config.Provider any = house.gateway().config().providers().values().iterator().next();
        int port = any.baseUrl().orElseThrow().getPort();
        Loaded loaded = ConfigLoader.parse("next.yaml", text.formatted(port), Map.of());
        return loaded.config().orElseThrow(() -> new AssertionError(loaded.problems().toString()));
    }

    private static String withKey(String secret) {
        return ScriptedHouse.PROVIDERS.replace(
                        "/chat/v1\", keys: [{ secret: \"sk-up\" }]",
                        "/chat/v1\", keys: [{ secret: \"" + secret + "\" }]")
                + ROUTE;
    }

    private static HttpResponse<String> call(ScriptedHouse house, String... headers) {
        return house.post("/v1/chat/completions", House.plain("auto"), headers);
    }

    private static String sentKey(ScriptedHouse house, String upstream) {
        return String.valueOf(house.received(upstream).getLast().headers().get("Authorization"));
    }

    private static GuardedUpstream<?, ?> upstream(ScriptedHouse house, String provider) {
        return house.gateway().upstreams().stream()
                .filter(one -> one.id().provider().equals(provider))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void the_next_call_bears_the_new_key_of_a_provider_and_never_again_the_old() {
        try (var house = ScriptedHouse.of(withKey("sk-old"))) {
            call(house);
            assertThat(sentKey(house, "chat")).isEqualTo("[Bearer sk-old]");

            house.gateway().use(config(house, withKey("sk-new")));

            for (int i = 0; i < 5; i++) {
                call(house);
                assertThat(sentKey(house, "chat")).isEqualTo("[Bearer sk-new]");
            }
        }
    }

    /// The very reason to change a key: the old one was turned away, and its rest lasts minutes.
    @Test
    void a_key_that_was_turned_away_is_asked_at_once_when_it_was_put_right() {
        try (var house = ScriptedHouse.of(withKey("sk-old"))) {
            house.answers("chat", Answer.json(401, "{\"error\":{\"message\":\"no\"}}"));
            call(house);
            int asked = house.received("chat").size();
            call(house);
            assertThat(house.received("chat")).as("it rests").hasSize(asked);

            house.answers("chat", ScriptedHouse.usual("chat"));
            house.gateway().use(config(house, withKey("sk-new")));

            assertThat(call(house).statusCode()).isEqualTo(200);
            assertThat(sentKey(house, "chat")).isEqualTo("[Bearer sk-new]");
        }
    }

    @Test
    void the_next_call_goes_to_the_new_place() {
        String elsewhere = withKey("sk-up").replace("/chat/v1", "/moved/v1");
        try (var house = ScriptedHouse.of(withKey("sk-up"))) {
            house.answers("chat", Answer.json(500, "{}"));
            for (int i = 0; i < 6; i++) {
                call(house);
            }
            assertThat(upstream(house, "chat").breaker().state()).isEqualTo(BreakerState.OPEN);
            int asked = house.received("chat").size();

            house.gateway().use(config(house, elsewhere));

            assertThat(call(house).statusCode()).isEqualTo(200);
            assertThat(house.received("moved")).hasSize(1);
            assertThat(house.received("chat")).hasSize(asked);
        }
    }

    /// Everything else that can change about a provider leaves its breaker open.
    @Test
    void another_change_of_the_provider_makes_nobody_forget_that_it_is_down() {
        List<String> changed =
                List.of(
                        withKey("sk-new"),
                        withKey("sk-up")
                                .replace(
                                        "kind: openai-compatible,",
                                        "kind: openai-compatible, models: [x],"),
                        withKey("sk-up")
                                .replace(
                                        "kind: openai-compatible,",
                                        "kind: openai-compatible, limits: { concurrent: 7 },"),
                        withKey("sk-up")
                                .replace(
                                        "kind: openai-compatible,",
                                        "kind: openai-compatible, headers: { X-A: b },"),
                        withKey("sk-up")
                                .replace(
                                        "kind: openai-compatible,",
                                        "kind: openai-compatible, timeouts: { head: 9s },"),
                        withKey("sk-up")
                                .replace(
                                        "kind: openai-compatible,",
                                        "kind: openai-compatible, breaker: { open-for: 50s, open-for-max: 60s },"),
                        withKey("sk-up")
                                .replace(
                                        "[{ secret: \"sk-up\" }]",
                                        "[{ secret: \"sk-up\" }, { name: two, secret: \"sk-2\", weight: 0 }]"),
                        withKey("sk-up") + "resilience: { health: { fail: 9 } }\n",
                        withKey("sk-up")
                                .replace(
                                        "server: { port: 0 }",
                                        "server: { port: 0, limits: { answer-bytes: 1MiB } }"),
                        withKey("sk-up")
                                .replace(
                                        "[\"127.0.0.1:%1$d\"]",
                                        "[\"127.0.0.1:%1$d\", \"127.0.0.1:9\"]"));
        try (var house = ScriptedHouse.of(withKey("sk-up"))) {
            house.answers("chat", Answer.json(500, "{}"));
            for (int i = 0; i < 6; i++) {
                call(house);
            }
            for (String text : changed) {
                assertThat(text).isNotEqualTo(withKey("sk-up"));
                house.gateway().use(config(house, text));

                assertThat(upstream(house, "chat").breaker().state())
                        .as(text)
                        .isNotEqualTo(BreakerState.CLOSED);
                house.gateway().use(config(house, withKey("sk-up")));
            }
            assertThat(upstream(house, "chat").breaker().state()).isNotEqualTo(BreakerState.CLOSED);
        }
    }

    @Test
    void the_next_request_needs_the_new_key_of_a_client_and_the_old_one_is_refused() {
        try (var house = ScriptedHouse.of(withKey("sk-up") + client(old, House.PEPPER, ""))) {
            assertThat(call(house, "authorization", "Bearer " + old.reveal()).statusCode())
                    .isEqualTo(200);

            house.gateway().use(config(house, withKey("sk-up") + client(next, House.PEPPER, "")));

            assertThat(call(house, "authorization", "Bearer " + old.reveal()).statusCode())
                    .isEqualTo(401);
            assertThat(call(house, "authorization", "Bearer " + next.reveal()).statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void a_new_pepper_counts_with_the_keys_that_were_made_with_it() {
        String peppered = withKey("sk-up").replace("port: 0", "port: 0, key-pepper: another");
        try (var house = ScriptedHouse.of(withKey("sk-up") + client(old, House.PEPPER, ""))) {
            house.gateway().use(config(house, peppered + client(old, "another", "")));
            assertThat(call(house, "authorization", "Bearer " + old.reveal()).statusCode())
                    .isEqualTo(200);

            house.gateway().use(config(house, peppered + client(old, House.PEPPER, "")));
            assertThat(call(house, "authorization", "Bearer " + old.reveal()).statusCode())
                    .isEqualTo(401);
        }
    }

    @Test
    void what_a_client_may_ask_and_who_is_none_any_more_counts_at_once() {
        try (var house = ScriptedHouse.of(withKey("sk-up") + client(old, House.PEPPER, ""))) {
            house.gateway()
                    .use(
                            config(
                                    house,
                                    withKey("sk-up")
                                            + client(
                                                    old,
                                                    House.PEPPER,
                                                    ", limits: { requests-per-minute: 1 }")));

            String bearer = "Bearer " + old.reveal();
            assertThat(call(house, "authorization", bearer).statusCode()).isEqualTo(200);
            assertThat(call(house, "authorization", bearer).statusCode()).isEqualTo(429);
            house.gateway().use(config(house, withKey("sk-up")));
            assertThat(call(house).statusCode()).isEqualTo(200);
        }
    }

    private static String client(ClientKey key, String pepper, String more) {
        return "clients: [ { name: app, key-hash: \"%s\"%s } ]\n"
                .formatted(key.stored(Secret.of(pepper)).text(), more);
    }
}
