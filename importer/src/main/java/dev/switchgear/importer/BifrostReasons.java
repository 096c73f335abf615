package dev.switchgear.importer;

import java.util.Map;

/// Why settings of Bifrost have no place in our file. Pure functions.
final class BifrostReasons {
    private static final String BATCH = "Batches are not served.";
    private static final String LOGGED = "Requests and answers are not stored.";
    private static final String BUDGET =
            "They belong to clients: see the comment at their key, or set `limits.spend-per-day` or"
                    + " `-month` of a client or provider.";
    private static final String GROUPS = "Clients do not belong to groups.";

    private static final Map<String, String> SETTINGS =
            Map.ofEntries(
                    Map.entry("initial_pool_size", "Nothing is made in advance."),
                    Map.entry(
                            "drop_excess_requests",
                            "What finds no place in a provider's queue always goes to the next"
                                    + " provider, or is refused."),
                    Map.entry("enable_logging", LOGGED),
                    Map.entry("disable_content_logging", LOGGED),
                    Map.entry("log_retention_days", LOGGED),
                    Map.entry("logging_headers", LOGGED),
                    Map.entry("allowed_origins", "No browser page of another origin may call."),
                    Map.entry(
                            "enforce_auth_on_inference",
                            "With `clients` set, every call needs a key; without, none does."),
                    Map.entry("allow_direct_keys", "A provider's key never comes from a client."),
                    Map.entry("prometheus_labels", "Metrics carry no labels of your own."),
                    Map.entry(
                            "virtual_keys",
                            "A client's key is made by `switchgear key new`, and only its hash is"
                                    + " kept; a comment names one for each."),
                    Map.entry("budgets", BUDGET),
                    Map.entry("model_configs", BUDGET),
                    Map.entry(
                            "rate_limits",
                            "They belong to virtual keys: see the comment at their key, or set `limits`"
                                    + " of each client."),
                    Map.entry("customers", GROUPS),
                    Map.entry("teams", GROUPS),
                    Map.entry("routing_rules", "Routes have no such setting."),
                    Map.entry("auth_config", "There is no sign-in with a password."));

    private static final Map<String, String> PROVIDERS =
            Map.ofEntries(
                    Map.entry(
                            "insecure_skip_verify",
                            "Certificates are always checked: see" + " `egress.ca-file`."),
                    Map.entry(
                            "ca_cert_pem", "Write it to a file, and name that: `egress.ca-file`."),
                    Map.entry("proxy_config", "Providers are reached directly."),
                    Map.entry("max_conns_per_host", "`limits.concurrent` bounds them."),
                    Map.entry("use_for_batch_api", BATCH),
                    Map.entry("allowed_requests", "What a provider is asked is up to clients."),
                    Map.entry("request_path_overrides", "Paths follow from `base-url`."),
                    Map.entry("name", "A provider without a credential has no keys to name."),
                    Map.entry("weight", "It is no share of a key that is sent."),
                    Map.entry("aliases", "An alias is the name of a model."),
                    Map.entry("max_retries", "It is no number of 0 or more."),
                    Map.entry("send_back_raw_response", "Answers carry no second form."),
                    Map.entry("enabled", "A key that stands in the file is on."));

    private static final Map<String, String> SECTIONS =
            Map.ofEntries(
                    Map.entry("$schema", "It describes the other file."),
                    Map.entry("encryption_key", "Nothing is stored that it would protect."),
                    Map.entry("config_store", "This file is the configuration."),
                    Map.entry("logs_store", LOGGED),
                    Map.entry("vector_store", "There is no cache by meaning."),
                    Map.entry("plugins", "There are no such plugins."),
                    Map.entry("framework", "Prices come with Switchgear."),
                    Map.entry("mcp", "There is no gateway for MCP."),
                    Map.entry("auth_config", "There is no sign-in with a password."));

    private BifrostReasons() {}

    static String ofSetting(String name) {
        return SETTINGS.getOrDefault(name, "There is no such setting here.");
    }

    static String ofProvider(String name) {
        return PROVIDERS.getOrDefault(name, "There is no such setting of a provider or key.");
    }

    /// Whether the reason is for all that a setting holds.
    static boolean whole(String name) {
        return PROVIDERS.containsKey(name);
    }

    static String ofSection(String name) {
        return SECTIONS.getOrDefault(name, "There is nothing like it here.");
    }
}
