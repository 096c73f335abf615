package dev.switchgear.importer;

import java.util.Map;

/// Why settings of LiteLLM have no place in our file. Pure functions.
final class LiteLlmReasons {
    private static final String PER_CALL =
            "Switchgear adds no parameters to requests: clients send them.";
    private static final String CATALOGUE =
            "Switchgear knows its models from a catalogue of its own.";
    private static final String STORE = "There is no such store here.";
    private static final String SINKS = "Calls are not sent to such sinks: see `/metrics`.";

    private static final String NO_PERIOD =
            "A budget needs an amount above 0 and a period of a day or a month (1d, 30d, 1mo).";
    private static final String KEYS =
            "Keys are made by `switchgear key new`; what each may ask and spend are its `limits`.";

    private static final Map<String, String> SETTINGS =
            Map.ofEntries(
                    Map.entry(
                            "master_key",
                            "A client's key is made by `switchgear key new`, and only its hash is"
                                    + " kept."),
                    Map.entry("database_url", STORE),
                    Map.entry("store_model_in_db", STORE),
                    Map.entry("cache", "There is no cache of answers."),
                    Map.entry("cache_params", "There is no cache of answers."),
                    Map.entry("callbacks", SINKS),
                    Map.entry("success_callback", SINKS),
                    Map.entry("failure_callback", SINKS),
                    Map.entry("service_callbacks", SINKS),
                    Map.entry("alerting", "There are no such alerts: see `/metrics`."),
                    Map.entry("redis_host", "Limits are kept in this process."),
                    Map.entry("redis_port", "Limits are kept in this process."),
                    Map.entry("redis_password", "Limits are kept in this process."),
                    Map.entry("redis_url", "Limits are kept in this process."),
                    Map.entry(
                            "content_policy_fallbacks",
                            "Not supported: a provider's content filter is never routed around."),
                    Map.entry(
                            "context_window_fallbacks",
                            "It is no name of a model, or is the fallback of no single route."),
                    Map.entry("max_budget", NO_PERIOD),
                    Map.entry("budget_duration", NO_PERIOD),
                    Map.entry("default_key_generate_params", KEYS),
                    Map.entry("upperbound_key_generate_params", KEYS),
                    Map.entry("default_internal_user_params", KEYS),
                    Map.entry("default_team_params", KEYS),
                    Map.entry("default_team_settings", KEYS),
                    Map.entry("max_internal_user_budget", KEYS),
                    Map.entry("internal_user_budget_duration", KEYS),
                    Map.entry(
                            "provider_budget_config",
                            "Set `limits.spend-per-day` or `-month` of each provider."),
                    Map.entry("retry_policy", "What is tried again depends on the failure alone."),
                    Map.entry(
                            "allowed_fails_policy",
                            "What opens a breaker depends on the failure alone."),
                    Map.entry("drop_params", "What a provider cannot take is refused or marked."),
                    Map.entry("modify_params", "What a provider cannot take is refused or marked."),
                    Map.entry("background_health_checks", "A paid check is never made unasked."),
                    Map.entry("health_check_interval", "A paid check is never made unasked."),
                    Map.entry("disable_cooldowns", "It is neither true nor false."),
                    Map.entry("num_retries", "It is no number of 0 or more."),
                    Map.entry("timeout", "It is no time in seconds."),
                    Map.entry("stream_timeout", "It is no time in seconds."),
                    Map.entry("request_timeout", "It is no time in seconds."),
                    Map.entry("allowed_fails", "It is no number, or cooldowns are off."),
                    Map.entry("cooldown_time", "It is no time, or cooldowns are off."),
                    Map.entry("json_logs", "It is neither true nor false."),
                    Map.entry("max_request_size_mb", "It is no whole number from 1 to 1024."),
                    Map.entry(
                            "global_max_parallel_requests",
                            "It is no whole number from 1 to 1000000."),
                    Map.entry("fallbacks", "A fallback is the name of a model."),
                    Map.entry("model_group_alias", "Models are listed under all their names."),
                    Map.entry("max_fallbacks", "The attempts of a call bound them."),
                    Map.entry("set_verbose", "`server.log.level: debug` says more."),
                    Map.entry(
                            "max_parallel_requests",
                            "It is set for each provider: `limits.concurrent`."),
                    Map.entry(
                            "default_max_parallel_requests",
                            "It is set for each provider: `limits.concurrent`."));

    private static final Map<String, String> PARAMETERS =
            Map.ofEntries(
                    Map.entry("temperature", PER_CALL),
                    Map.entry("top_p", PER_CALL),
                    Map.entry("max_tokens", PER_CALL),
                    Map.entry("stop", PER_CALL),
                    Map.entry("seed", PER_CALL),
                    Map.entry("extra_body", PER_CALL),
                    Map.entry("id", "A provider's id is its name in the file."),
                    Map.entry("base_model", CATALOGUE),
                    Map.entry("max_input_tokens", CATALOGUE),
                    Map.entry("max_output_tokens", CATALOGUE),
                    Map.entry("supports_vision", CATALOGUE),
                    Map.entry("supports_function_calling", CATALOGUE),
                    Map.entry("input_cost_per_token", "Both prices are needed, from 0 to 1."),
                    Map.entry("output_cost_per_token", "Both prices are needed, from 0 to 1."),
                    Map.entry("rpm", "It is no whole number of 1 or more."),
                    Map.entry("tpm", "It is no whole number of 1 or more."),
                    Map.entry("weight", "It is no number of 0 or more."),
                    Map.entry("timeout", "It is no time in seconds."),
                    Map.entry("stream_timeout", "It is no time in seconds."),
                    Map.entry("tags", "Routes do not look at tags."),
                    Map.entry("max_budget", NO_PERIOD),
                    Map.entry("budget_duration", NO_PERIOD),
                    Map.entry("num_retries", "Attempts are set for all: `resilience.retry`."),
                    Map.entry("max_retries", "Attempts are set for all: `resilience.retry`."));

    private static final Map<String, String> SECTIONS =
            Map.of(
                    "environment_variables",
                            "Set these variables where Switchgear starts; the file holds none.",
                    "include", "Other files are not followed: import each.",
                    "guardrails", "There are no guardrails.",
                    "mcp_servers", "There is no gateway for MCP.",
                    "callback_settings", SINKS,
                    "credential_list", "No deployment that was carried uses it.");

    private LiteLlmReasons() {}

    static String ofSetting(String name) {
        return SETTINGS.getOrDefault(name, "There is no such setting here.");
    }

    static String ofParameter(String name) {
        return PARAMETERS.getOrDefault(name, "There is no such setting of a provider or target.");
    }

    static String ofSection(String name) {
        return SECTIONS.getOrDefault(name, "There is nothing like it here.");
    }
}
