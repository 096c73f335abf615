package dev.switchgear.importer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What limits, budgets, names and fallbacks of other gateways become.
class WhatIsCarriedTest {
    private static final String TWO =
            "model_list: [{ model_name: a, litellm_params: { model: openai/gpt-4o } }, { model_name: b,"
                    + " litellm_params: { model: xai/grok-4 } }, { model_name: emb, litellm_params: {"
                    + " model: openai/text-embedding-3-small } }]\n";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    litellm_settings: { max_budget: 5, budget_duration: 1d }      | limits: | spend-per-day: 5
                    litellm_settings: { max_budget: 5, budget_duration: 24h }     | limits: | spend-per-day: 5
                    litellm_settings: { max_budget: 5, budget_duration: 30d }     | limits: | spend-per-month: 5
                    litellm_settings: { max_budget: 5, budget_duration: 1mo }     | limits: | spend-per-month: 5
                    litellm_settings: { context_window_fallbacks: [{ a: [b] }] }  | larger: | provider: xai, model: grok-4
                    router_settings: { context_window_fallbacks: [{ a: [b] }] }   | larger: | provider: xai, model: grok-4
                    router_settings: { fallbacks: [{ a: [b] }] }                  | to:     | provider: xai, model: grok-4
                    router_settings: { model_group_alias: { c: a } }              | aliases: | c: a
                    router_settings: { model_group_alias: { c: { model: a } } }   | aliases: | c: a
                    """)
    void a_setting_of_litellm_stands_in_the_configuration(String text, String section, String line)
            throws Unusable {
        String yaml = litellm(TWO + text).yaml();

        assertThat(yaml).contains(section, line);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    litellm_settings: { max_budget: 5 }                           | max_budget | a period of a day or a month
                    litellm_settings: { max_budget: 5, budget_duration: 7d }      | max_budget | a period of a day or a month
                    router_settings: { content_policy_fallbacks: [{ a: [b] }] }   | content_policy_fallbacks | Not supported
                    router_settings: { context_window_fallbacks: [{ z: [b] }] }   | context_window_fallbacks | No route has the name
                    router_settings: { context_window_fallbacks: [{ a: [z] }] }   | context_window_fallbacks | No deployment that was carried has this name
                    router_settings: { model_group_alias: { c: z } }              | model_group_alias | has the name it stands for
                    router_settings: { provider_budget_config: { openai: { budget_limit: 5, time_period: 1d } } } | provider_budget_config | limits.spend-per-day
                    litellm_settings: { default_team_settings: [{ team_id: t }] } | default_team_settings | switchgear key new
                    """)
    void what_cannot_be_carried_is_named_with_its_reason(String text, String path, String why)
            throws Unusable {
        Imported imported = litellm(TWO + text);

        assertThat(imported.report().findings())
                .anySatisfy(finding -> {
                    assertThat(finding.fate()).isEqualTo(Fate.NOT_CARRIED);
                    assertThat(finding.path()).contains(path);
                    assertThat(finding.words()).contains(why);
                });
    }

    @Test
    void a_target_without_a_weight_among_weighted_ones_counts_as_one() throws Unusable {
        String yaml =
                litellm(
                                "model_list:\n"
                                        + weighted("openai/gpt-4o", ", weight: 3")
                                        + weighted("xai/grok-4", ", weight: 2")
                                        + weighted("deepseek/deepseek-chat", ""))
                        .yaml();
        String first =
                litellm(
                                "model_list:\n"
                                        + weighted("openai/gpt-4o", "")
                                        + weighted("xai/grok-4", ", weight: 2"))
                        .yaml();

        assertThat(yaml)
                .contains(
                        "strategy: weighted",
                        "provider: openai, model: gpt-4o, weight: 3",
                        "provider: xai, model: grok-4, weight: 2",
                        "provider: deepseek, model: deepseek-chat }");
        assertThat(first).contains("provider: openai, model: gpt-4o }", "model: grok-4, weight: 2");
    }

    @Test
    void rpm_and_tpm_are_limits_and_no_weights() throws Unusable {
        String yaml =
                litellm(
                                "model_list:\n"
                                        + weighted("openai/gpt-4o", ", rpm: 600, tpm: 9000")
                                        + weighted("xai/grok-4", ", rpm: 10"))
                        .yaml();

        assertThat(yaml)
                .contains("requests-per-minute: 600", "tokens-per-minute: 9000")
                .contains("requests-per-minute: 10")
                .doesNotContain("weight: ");
    }

    @Test
    void marks_for_the_prompt_cache_are_set_by_the_route() throws Unusable {
        String points =
                ", cache_control_injection_points: [{ location: message, role: system },"
                        + " { location: message, index: -1 }]";
        Imported imported =
                litellm(
                        "model_list:\n"
                                + weighted("anthropic/claude-sonnet-4-5", points)
                                + weighted("openrouter/anthropic/claude-sonnet-4.5", points)
                                + "  - { model_name: plain, litellm_params: { model:"
                                + " anthropic/claude-opus-4-8 } }\n");

        assertThat(route(imported.yaml(), "m")).contains("prompt-cache: auto");
        assertThat(route(imported.yaml(), "plain")).doesNotContain("prompt-cache");
        assertThat(imported.report().findings())
                .filteredOn(finding -> finding.path().contains("injection_points"))
                .hasSize(2)
                .allSatisfy(finding -> {
                    assertThat(finding.fate()).isEqualTo(Fate.CHANGED);
                    assertThat(finding.words()).contains("prompt-cache: auto");
                });
    }

    private static String weighted(String model, String more) {
        return "  - { model_name: m, litellm_params: { model: " + model + more + " } }\n";
    }

    @Test
    void default_fallbacks_stand_behind_routes_of_their_sort_alone() throws Unusable {
        String yaml = litellm(TWO + "router_settings: { default_fallbacks: [b] }").yaml();

        String chat = route(yaml, "a");
        String embeddings = route(yaml, "emb");
        assertThat(chat).contains("provider: openai", "provider: xai");
        assertThat(embeddings).contains("text-embedding-3-small").doesNotContain("xai");
    }

    private static String route(String yaml, String model) {
        int from = yaml.indexOf("match: { model: " + model + " }");
        int to = yaml.indexOf("match:", from + 1);
        return yaml.substring(from, to < 0 ? yaml.length() : to);
    }

    @Test
    void what_a_client_was_allowed_stands_beside_the_command_that_makes_its_key() throws Unusable {
        String litellm =
                litellm(
                                TWO
                                        + "litellm_settings: { default_key_generate_params: { rpm_limit: 30,"
                                        + " tpm_limit: 500, max_budget: 1.5, budget_duration: 1d,"
                                        + " max_parallel_requests: 4 } }")
                        .yaml();
        String bifrost =
                bifrost(
                                """
                                {"providers": {"openai": {"keys": [{"name": "k", "value": "env.K"}]}},
                                 "governance": {
                                   "virtual_keys": [{"id": "v", "name": "team one", "budget_id": "b", "rate_limit_id": "r"}],
                                   "budgets": [{"id": "b", "max_limit": 500, "reset_duration": "1M"}],
                                   "rate_limits": [{"id": "r", "request_max_limit": 60, "request_reset_duration": "1m", "token_max_limit": 9000, "token_reset_duration": "1d"}]}}
                                """)
                        .yaml();

        assertThat(litellm)
                .contains(
                        "limits: { requests-per-minute: 30, tokens-per-minute: 500, spend-per-day:"
                                + " 1.5, concurrent: 4 }");
        assertThat(bifrost)
                .contains(
                        "switchgear key new --name team-one",
                        "limits: { requests-per-minute: 60, tokens-per-day: 9000, spend-per-month:"
                                + " 500 }");
    }

    private static Imported litellm(String text) throws Unusable {
        return LiteLlmReader.of(
                "config.yaml", ImportSource.parse("config.yaml", text, ImportSource.Format.YAML));
    }

    private static Imported bifrost(String text) throws Unusable {
        return BifrostReader.of(
                "config.json", ImportSource.parse("config.json", text, ImportSource.Format.JSON));
    }
}
