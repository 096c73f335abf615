package dev.switchgear.server.config;

import dev.switchgear.core.vault.Secret;
import dev.switchgear.families.money.Money;
import dev.switchgear.identity.KeyHash;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Everything that can be set, as one file says it. Pure data: [ConfigLoader] has checked it.
///
/// Each default and range stands here and nowhere else; `docs/configuration.md` shows the file.
public record Config(
        @Key(says = "The door that clients come through.") Server server,
        @Key(
                        says =
                                "Who may call. Without any, no key is needed, and only this machine"
                                        + " may call.",
                        also = {"client", "api-keys", "virtual-keys", "users"})
                List<Client> clients,
        @Key(says = "What all clients together may ask.") CallerLimits limits,
        @Key(
                        says =
                                "What each source address may ask, whichever key it shows. An IPv6"
                                        + " address counts by its first 64 bits; behind a proxy the last"
                                        + " one in `X-Forwarded-For` counts.",
                        also = {"per-address", "ip-limits", "per-ip"})
                EachLimits addressLimits,
        @Key(says = "Where providers may be reached, beyond public addresses.") Egress egress,
        @Key(
                        says =
                                "The accounts to use, by the id that routes, metrics and headers show.",
                        names = "[a-z0-9][a-z0-9_-]{0,62}",
                        also = {"provider", "upstreams", "backends"})
                Map<String, Provider> providers,
        @Key(says = "What models cost and can do, beyond what is built in.", also = "pricing")
                Prices prices,
        @Key(
                        says = "Which calls go where; the first that matches counts.",
                        also = {"route", "models", "model-list", "routing"})
                List<Route> routes,
        @Key(
                        says =
                                "Other names for models: clients may write the one on the left for the one"
                                        + " on the right.",
                        also = {"alias", "model-aliases", "model-group-alias"})
                Map<String, String> aliases,
        @Key(says = "How failures are noticed and what is done about them.") Resilience resilience,
        @Key(
                        says =
                                "What clients of Responses leave with the gateway: their answers and"
                                        + " conversations, sealed, in memory.")
                Responses responses) {
    public Config {
        clients = List.copyOf(clients);
        routes = List.copyOf(routes);
    }

    /// The same, listening on another port.
    public Config at(int port) {
        var elsewhere =
                new Server(
                        server.bind(),
                        port,
                        server.behindProxy(),
                        server.tls(),
                        server.limits(),
                        server.drain(),
                        server.drainDelay(),
                        server.keepAlive(),
                        server.keyPepper(),
                        server.cors(),
                        server.log());
        return new Config(
                elsewhere,
                clients,
                limits,
                addressLimits,
                egress,
                providers,
                prices,
                routes,
                aliases,
                resilience,
                responses);
    }

    /// The same, with relative paths taken from the folder of the file that names them.
    Config beside(Path file) {
        var from =
                new Prices(
                        prices.file().map(name -> file.resolveSibling(name).toString()),
                        prices.unpriced());
        return new Config(
                server,
                clients,
                limits,
                addressLimits,
                egress,
                providers,
                from,
                routes,
                aliases,
                resilience,
                responses);
    }

    /// What is kept of answers that may be referred to later.
    public record Responses(
            @Key(
                            says =
                                    "How long what nobody goes on with is kept; 0s for not at all. What"
                                            + " is gone on with begins anew.",
                            fallback = "1d",
                            min = "0s",
                            max = "90d")
                    Duration keep,
            @Key(
                            says =
                                    "All of it together, of the heap; what was used least recently goes"
                                            + " first.",
                            fallback = "10%",
                            min = "0.1%",
                            max = "50%")
                    Share memory,
            @Key(
                            says = "Answers and parts of conversations, all together.",
                            fallback = "100000",
                            min = "1",
                            max = "10000000")
                    int count,
            @Key(says = "Responses that nobody waits for: `background: true`.")
                    Background background) {}

    /// How much may go on that nobody waits for.
    public record Background(
            @Key(
                            says = "How many at once, of all clients together; 0 for none.",
                            fallback = "100",
                            min = "0",
                            max = "10000")
                    int running,
            @Key(
                            says = "How many at once of one client.",
                            fallback = "20",
                            min = "1",
                            max = "10000")
                    int runningPerClient,
            @Key(
                            says =
                                    "How long one may take, all attempts together, in place of"
                                            + " `timeouts.total`.",
                            fallback = "10m",
                            min = "1s",
                            max = "1d")
                    Duration time,
            @Key(
                            says =
                                    "Of the heap: half for what those under way were asked, half for"
                                            + " the events of all that can still be heard.",
                            atStart = true,
                            fallback = "10%",
                            min = "0.1%",
                            max = "50%")
                    Share memory) {}

    /// How many aliases may stand for each other in a row.
    static final int ALIASES_IN_A_ROW = 8;

    /// What each alias stands for in the end.
    public Map<String, String> aliasesResolved() {
        var resolved = new LinkedHashMap<String, String>();
        for (String alias : aliases.keySet()) {
            String name = alias;
            for (int i = 0; i < ALIASES_IN_A_ROW && aliases.containsKey(name); i++) {
                name = aliases.get(name);
            }
            resolved.put(alias, name);
        }
        return resolved;
    }

    /// The door.
    public record Server(
            @Key(
                            says = "Address to listen on.",
                            atStart = true,
                            fallback = "127.0.0.1",
                            also = {"host", "address", "listen", "interface"})
                    String bind,
            @Key(
                            says = "Port to listen on.",
                            atStart = true,
                            fallback = "8080",
                            min = "0",
                            max = "65535",
                            lone = true)
                    int port,
            @Key(
                            says =
                                    "Whether a proxy in front does TLS and sign-in; needed to listen"
                                            + " beyond this machine without a certificate.",
                            fallback = "false")
                    boolean behindProxy,
            @Key(
                            says =
                                    "A certificate of its own: then the door speaks TLS, HTTP/1.1 and HTTP/2.",
                            atStart = true,
                            also = {"ssl", "https"})
                    Optional<Tls> tls,
            @Key(says = "What one request or connection may take.") DoorLimits limits,
            @Key(
                            says = "How long running calls may finish when the server stops.",
                            fallback = "30s",
                            min = "0s",
                            max = "1h",
                            also = {"shutdown-timeout", "grace", "grace-period"})
                    Duration drain,
            @Key(
                            says =
                                    "How long the server goes on serving everybody when it is told to"
                                            + " stop, while `/readyz` says 503 already: time for a"
                                            + " balancer to notice, which must be able to connect for"
                                            + " that. Before `drain`.",
                            fallback = "0s",
                            min = "0s",
                            max = "10m",
                            also = {"pre-stop", "shutdown-delay", "lame-duck"})
                    Duration drainDelay,
            @Key(
                            says =
                                    "Silence after which the client of a stream gets a sign of life that"
                                            + " means nothing (a comment, a ping); 0s for never. The first"
                                            + " one begins the answer, so that an error after it comes"
                                            + " within the stream.",
                            fallback = "15s",
                            min = "0s",
                            max = "10m")
                    Duration keepAlive,
            @Key(
                            says =
                                    "Mixed into the stored form of client keys. Left out, it is made once"
                                            + " and kept in the data folder as `key-pepper`.")
                    Optional<Secret> keyPepper,
            @Key(says = "Which web pages may call from a browser; without any, none of others.")
                    Cors cors,
            @Key(
                            says = "What is written to standard error.",
                            also = {"logging", "logs"})
                    Log log) {}

    /// Pages of other origins.
    public record Cors(
            @Key(
                            says =
                                    "Origins of pages that may call and read the answers, each exactly as"
                                            + " the browser sends it: `https://app.example`. `*` stands"
                                            + " for every page, which then needs a key.")
                    List<String> origins) {
        public Cors {
            origins = List.copyOf(origins);
        }
    }

    /// A certificate.
    public record Tls(
            @Key(
                            says = "Path of the certificate chain, PEM.",
                            also = {"cert", "cert-file", "certificate-file", "chain"})
                    String certificate,
            @Key(
                            says = "Path of its private key, PEM (PKCS 8).",
                            also = {"key-file", "private-key"})
                    String key) {}

    /// What one request or connection may take.
    public record DoorLimits(
            @Key(
                            says = "Request line and header fields together.",
                            atStart = true,
                            fallback = "16KiB",
                            min = "256B",
                            max = "1MiB",
                            also = {"header-size", "max-header-size"})
                    ByteSize headerBytes,
            @Key(
                            says = "Header fields.",
                            atStart = true,
                            fallback = "100",
                            min = "1",
                            max = "10000")
                    int headerLines,
            @Key(
                            says = "Time for a whole head.",
                            atStart = true,
                            fallback = "10s",
                            min = "100ms",
                            max = "10m")
                    Duration headerTime,
            @Key(
                            says = "Body of a request, and every string in it.",
                            atStart = true,
                            fallback = "50MiB",
                            min = "1KiB",
                            max = "1GiB",
                            also = {"body-size", "max-body", "max-body-size", "body-limit"})
                    ByteSize bodyBytes,
            @Key(
                            says =
                                    "Bodies of all requests under way together, of the heap; what is"
                                            + " made of them included.",
                            fallback = "40%",
                            min = "1%",
                            max = "80%",
                            atStart = true,
                            also = {"memory", "max-memory"})
                    Share bodyMemory,
            @Key(
                            says =
                                    "A provider's answer in one piece, and every line and event of a"
                                            + " stream.",
                            fallback = "64MiB",
                            min = "1KiB",
                            max = "512MiB")
                    ByteSize answerBytes,
            @Key(says = "How deep a JSON body may nest.", fallback = "64", min = "1", max = "1000")
                    int jsonDepth,
            @Key(
                            says = "Messages of a request, or texts to embed.",
                            fallback = "10000",
                            min = "1",
                            max = "1000000",
                            also = {"max-messages"})
                    int messages,
            @Key(
                            says =
                                    "Parts of all messages of a request together, tool calls included.",
                            fallback = "10000",
                            min = "1",
                            max = "1000000",
                            also = {"max-parts"})
                    int parts,
            @Key(
                            says = "Tools that a request offers.",
                            fallback = "10000",
                            min = "1",
                            max = "1000000",
                            also = {"max-tools"})
                    int tools,
            @Key(
                            says = "JSON values of a request, token ids aside.",
                            fallback = "500000",
                            min = "1000",
                            max = "10000000")
                    int jsonValues,
            @Key(
                            says = "How long a connection may stand unused.",
                            atStart = true,
                            fallback = "5m",
                            min = "1s",
                            max = "1d")
                    Duration idle,
            @Key(
                            says = "How long a client may take nothing of what waits for it.",
                            atStart = true,
                            fallback = "30s",
                            min = "1s",
                            max = "1h")
                    Duration stall,
            @Key(
                            says = "Open connections.",
                            atStart = true,
                            fallback = "20000",
                            min = "1",
                            max = "1000000")
                    int connections,
            @Key(
                            says =
                                    "Open connections from one address, this machine's own excepted; 0"
                                            + " for no limit.",
                            atStart = true,
                            fallback = "100",
                            min = "0",
                            max = "1000000")
                    int connectionsPerSource) {}

    /// Logging.
    public record Log(
            @Key(says = "For people or for machines.", fallback = "readable") LogFormat format,
            @Key(says = "The least that is worth a line.", fallback = "info", lone = true)
                    LogLevel level) {}

    /// Shape of a log line.
    public enum LogFormat {
        READABLE,
        JSON
    }

    /// Weight of a log line.
    public enum LogLevel {
        ERROR,
        WARN,
        INFO,
        DEBUG
    }

    /// Someone who may call.
    public record Client(
            @Key(
                            says = "As it is shown in logs, metrics and messages.",
                            also = {"id", "user"},
                            lone = true)
                    String name,
            @Key(
                            says =
                                    "The stored form of the client's key, as `switchgear key new` prints"
                                            + " it.",
                            also = {"hash", "key", "api-key", "token", "secret"})
                    KeyHash keyHash,
            @Key(
                            says = "What this client may ask.",
                            also = {"limit", "rate-limit", "rate-limits", "budget", "budgets"})
                    CallerLimits limits,
            @Key(
                            says =
                                    "What each end user of this client may ask: as the request names"
                                            + " them; all that it names nobody for count as one.",
                            also = {"per-user", "end-user-limits"})
                    EachLimits userLimits,
            @Key(
                            says = "Who gives way when there is not room for all: low first.",
                            fallback = "normal",
                            also = "priority")
                    ClientRank rank,
            @Key(
                            says =
                                    "Whether it may also do what only operators may: switch providers off"
                                            + " and on, and see what others spend.",
                            fallback = "false",
                            also = "admin")
                    boolean operator) {}

    /// Who gives way first: the later, the sooner.
    public enum ClientRank {
        HIGH,
        NORMAL,
        LOW
    }

    /// What a caller, or all of them, may ask.
    public record CallerLimits(
            @Key(says = "Requests in a second.", min = "1", max = "1000000", also = "rps")
                    Optional<Integer> requestsPerSecond,
            @Key(
                            says = "Requests in a minute.",
                            min = "1",
                            max = "1000000000",
                            also = {"rpm", "rpm-limit", "requests", "rate-limit"},
                            lone = true)
                    Optional<Integer> requestsPerMinute,
            @Key(says = "Requests in a day.", min = "1", max = "1000000000", also = "rpd")
                    Optional<Integer> requestsPerDay,
            @Key(
                            says = "Tokens in a minute.",
                            min = "1",
                            max = "1000000000000",
                            also = {"tpm", "tpm-limit"})
                    Optional<Long> tokensPerMinute,
            @Key(says = "Tokens in a day.", min = "1", max = "1000000000000", also = "tpd")
                    Optional<Long> tokensPerDay,
            @Key(
                            says = "US dollars that may be spent in a day, in UTC.",
                            min = "0.000001",
                            max = "1000000000",
                            also = {"daily-budget", "budget-per-day"})
                    Optional<Money> spendPerDay,
            @Key(
                            says = "US dollars that may be spent in a month, in UTC.",
                            min = "0.000001",
                            max = "1000000000",
                            also = {"budget", "max-budget", "monthly-budget", "budget-per-month"})
                    Optional<Money> spendPerMonth,
            @Key(
                            says = "Requests at once.",
                            min = "1",
                            max = "1000000",
                            also = {
                                "concurrency",
                                "max-concurrent",
                                "max-parallel-requests",
                                "max-parallel"
                            })
                    Optional<Integer> concurrent,
            @Key(
                            says = "Requests that may wait for one of these places.",
                            fallback = "0",
                            min = "0",
                            max = "1000000")
                    int queue,
            @Key(says = "The longest wait.", fallback = "5s", min = "0s", max = "1h")
                    Duration queueWait) {}

    /// What each of many may ask, who are told apart only when they come.
    public record EachLimits(
            @Key(says = "Requests in a second.", min = "1", max = "1000000", also = "rps")
                    Optional<Integer> requestsPerSecond,
            @Key(
                            says = "Requests in a minute.",
                            min = "1",
                            max = "1000000000",
                            also = {"rpm", "rpm-limit", "requests", "rate-limit"},
                            lone = true)
                    Optional<Integer> requestsPerMinute,
            @Key(says = "Requests in a day.", min = "1", max = "1000000000", also = "rpd")
                    Optional<Integer> requestsPerDay,
            @Key(
                            says = "Tokens in a minute.",
                            min = "1",
                            max = "1000000000000",
                            also = {"tpm", "tpm-limit"})
                    Optional<Long> tokensPerMinute,
            @Key(says = "Tokens in a day.", min = "1", max = "1000000000000", also = "tpd")
                    Optional<Long> tokensPerDay,
            @Key(
                            says = "Requests at once.",
                            min = "1",
                            max = "1000000",
                            also = {
                                "concurrency",
                                "max-concurrent",
                                "max-parallel-requests",
                                "max-parallel"
                            })
                    Optional<Integer> concurrent,
            @Key(
                            says =
                                    "How many of them are counted; who asked longest ago is forgotten,"
                                            + " and begins anew. Each takes about half a kilobyte for"
                                            + " each limit.",
                            fallback = "10000",
                            min = "1",
                            max = "1000000")
                    int counted) {}

    /// What models cost and can do.
    public record Prices(
            @Key(
                            says =
                                    "A file in the shape of the built-in data, which counts before it;"
                                            + " beside this file where the path is relative.",
                            also = "path",
                            lone = true)
                    Optional<String> file,
            @Key(
                            says =
                                    "US dollars that a million tokens of a model without a price count"
                                            + " as. Without it, who has a budget may not ask such a"
                                            + " model.",
                            min = "0",
                            max = "1000000")
                    Optional<Money> unpriced) {}

    /// The way out.
    public record Egress(
            @Key(
                            says =
                                    "Private endpoints that providers may use, as `host:port`; all other"
                                            + " private addresses are refused.",
                            also = {"allow", "allowed", "private", "allow-list"},
                            lone = true)
                    List<String> allowPrivate,
            @Key(
                            says =
                                    "PEM file of certificate authorities to trust besides the JDK's.",
                            also = {"ca", "ca-cert", "ca-bundle"})
                    Optional<String> caFile) {
        public Egress {
            allowPrivate = List.copyOf(allowPrivate);
        }
    }

    /// One account, or a few, with one company.
    public record Provider(
            @Key(
                            says = "The adapter; the provider's id where left out.",
                            kind = true,
                            also = {"type", "adapter", "provider", "dialect"},
                            lone = true)
                    Optional<String> kind,
            @Key(
                            says =
                                    "Where its API begins; the kind's own address where left out."
                                            + " `openai-compatible` needs one.",
                            also = {
                                "url",
                                "base",
                                "api-base",
                                "api-url",
                                "endpoint",
                                "address",
                                "host",
                                "uri"
                            })
                    Optional<URI> baseUrl,
            @Key(
                            says = "Switched off, it is configured but not used.",
                            fallback = "true",
                            also = {"on", "active"})
                    boolean enabled,
            @Key(
                            says = "Its credentials; none where the server asks for none.",
                            also = {
                                "api-key",
                                "api-keys",
                                "key",
                                "token",
                                "secret",
                                "auth",
                                "auth-token",
                                "credential",
                                "credentials",
                                "password",
                                "access-token",
                                "bearer",
                                "bearer-token"
                            })
                    List<ProviderKey> keys,
            @Key(
                            says = "What each of its keys may be asked.",
                            also = {"limit", "rate-limit", "rate-limits"})
                    ProviderLimits limits,
            @Key(
                            says = "How long each phase of an attempt may take.",
                            inherits = "resilience.timeouts",
                            also = "timeout")
                    PhaseTimeouts timeouts,
            @Key(
                            says =
                                    "The models it offers, for `GET /v1/models`; with none, all that"
                                            + " routes name.",
                            also = "model")
                    List<String> models,
            @Key(
                            says = "Sent with every request.",
                            names = "[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}",
                            also = {"header", "extra-headers", "default-headers"})
                    Map<String, String> headers,
            @Key(says = "Where it differs from its kind.") Quirks quirks,
            @Key(
                            says =
                                    "What tokens of any of its models cost, whatever price lists say.",
                            also = {"price", "prices"})
                    Optional<Cost> cost,
            @Key(says = "When it counts as broken.", inherits = "resilience.breaker")
                    Breaker breaker) {
        public Provider {
            keys = List.copyOf(keys);
            models = List.copyOf(models);
        }

        /// The keys whose secret is known.
        public List<ProviderKey> usableKeys() {
            return keys.stream().filter(key -> key.secret().isPresent()).toList();
        }

        /// Whether it takes calls: it is enabled, and not all of its keys miss their secret.
        public boolean on() {
            return enabled && (keys.isEmpty() || !usableKeys().isEmpty());
        }

        /// The name of the adapter that speaks to it.
        ///
        /// @param id under which it stands in [Config#providers]
        public String kindOf(String id) {
            return kind.orElse(id);
        }
    }

    /// A credential of a provider.
    ///
    /// @param secret empty when the environment variable it refers to is not set
    public record ProviderKey(
            @Key(says = "As it is shown in metrics and messages.", fallback = "main", also = "id")
                    String name,
            @Key(
                            says = "The credential, best as `${NAME}`.",
                            required = true,
                            also = {"key", "api-key", "value", "token", "credential", "password"},
                            lone = true)
                    Optional<Secret> secret,
            @Key(
                            says = "Its share among the provider's keys.",
                            fallback = "1",
                            min = "0",
                            max = "1000000")
                    double weight) {}

    /// What one key of a provider may be asked.
    public record ProviderLimits(
            @Key(says = "Requests in a second.", min = "1", max = "1000000", also = "rps")
                    Optional<Integer> requestsPerSecond,
            @Key(
                            says = "Requests in a minute.",
                            min = "1",
                            max = "1000000000",
                            also = {"rpm", "rpm-limit", "requests", "rate-limit"},
                            lone = true)
                    Optional<Integer> requestsPerMinute,
            @Key(says = "Requests in a day.", min = "1", max = "1000000000", also = "rpd")
                    Optional<Integer> requestsPerDay,
            @Key(
                            says = "Tokens in a minute.",
                            min = "1",
                            max = "1000000000000",
                            also = {"tpm", "tpm-limit"})
                    Optional<Long> tokensPerMinute,
            @Key(says = "Tokens in a day.", min = "1", max = "1000000000000", also = "tpd")
                    Optional<Long> tokensPerDay,
            @Key(
                            says = "US dollars that may be spent in a day, in UTC.",
                            min = "0.000001",
                            max = "1000000000",
                            also = {"daily-budget", "budget-per-day"})
                    Optional<Money> spendPerDay,
            @Key(
                            says = "US dollars that may be spent in a month, in UTC.",
                            min = "0.000001",
                            max = "1000000000",
                            also = {"budget", "max-budget", "monthly-budget", "budget-per-month"})
                    Optional<Money> spendPerMonth,
            @Key(
                            says = "Calls at once.",
                            fallback = "100",
                            min = "1",
                            max = "1000000",
                            also = {
                                "concurrency",
                                "max-concurrent",
                                "max-parallel-requests",
                                "max-parallel"
                            })
                    int concurrent,
            @Key(says = "Calls that may wait.", fallback = "100", min = "0", max = "1000000")
                    int queue,
            @Key(says = "The longest wait.", fallback = "5s", min = "0s", max = "1h")
                    Duration queueWait) {}

    /// Five time-outs.
    public record PhaseTimeouts(
            @Key(says = "Name, TCP and TLS.", fallback = "2s", min = "1ms", max = "10m")
                    Duration connect,
            @Key(
                            says =
                                    "Until the head of an answer in one piece; `auto` learns from what"
                                            + " each model took before.",
                            fallback = "auto")
                    Awaited head,
            @Key(
                            says =
                                    "Until the first token of a stream; `auto` learns from what each"
                                            + " model took before.",
                            fallback = "auto")
                    Awaited firstToken,
            @Key(
                            says =
                                    "Between two reads of an answer that has begun; `auto` learns from"
                                            + " the pauses of each model before.",
                            fallback = "auto")
                    Awaited idle,
            @Key(
                            says = "The whole call, all attempts together.",
                            fallback = "10m",
                            min = "1ms",
                            max = "1d",
                            also = {"timeout", "overall", "request"},
                            lone = true)
                    Duration total) {}

    /// How long something is waited for.
    public sealed interface Awaited {
        /// As long as what was learned of the model makes worth while.
        record Auto() implements Awaited {}

        /// @param time 1 ms to 1 h
        record Told(Duration time) implements Awaited {}

        /// The time that is told; empty for none.
        default Optional<Duration> told() {
            return switch (this) {
                case Auto() -> Optional.empty();
                case Told(Duration time) -> Optional.of(time);
            };
        }
    }

    /// Where a server differs from its kind; what is left out is as the kind has it.
    public record Quirks(
            @Key(says = "Header that carries the credential.") Optional<String> keyHeader,
            @Key(says = "What stands before the credential in that header.")
                    Optional<String> keyPrefix,
            @Key(says = "Added to every path, with its `?`.") Optional<String> query,
            @Key(says = "Whether a stream is whole only with its `[DONE]`.")
                    Optional<Boolean> doneRequired,
            @Key(
                            says =
                                    "Whether the server takes `stream_options.include_usage`; without it"
                                            + " what a stream used is only estimated.")
                    Optional<Boolean> streamUsage,
            @Key(
                            says =
                                    "Whether it offers chat completions, of the kinds that speak"
                                            + " Responses too. Where not, everybody is served through"
                                            + " Responses, which some of OpenAI's models demand.")
                    Optional<Boolean> chat) {}

    /// Prices.
    public record Cost(
            @Key(
                            says = "US dollars for a million input tokens.",
                            min = "0",
                            max = "1000000",
                            also = "prompt")
                    double input,
            @Key(
                            says = "US dollars for a million output tokens.",
                            min = "0",
                            max = "1000000",
                            also = "completion")
                    double output) {}

    /// Which calls may go to which upstreams, and how.
    public record Route(
            @Key(
                            says = "The calls it is for.",
                            required = true,
                            also = {"model", "models", "name", "when", "for", "from"})
                    Match match,
            @Key(
                            says = "How one of the targets is chosen.",
                            fallback = "priority",
                            also = {"routing", "routing-strategy", "balance", "policy"})
                    Strategy strategy,
            @Key(
                            says =
                                    "The targets; their order matters to priority. Left out, all providers"
                                            + " that list the model.",
                            min = "1",
                            also = {
                                "target",
                                "targets",
                                "provider",
                                "providers",
                                "upstream",
                                "upstreams",
                                "deployments"
                            })
                    Optional<List<Target>> to,
            @Key(
                            says =
                                    "Targets that are only tried for a prompt that was too long for"
                                            + " another.",
                            also = "context-window-fallbacks")
                    List<Target> larger,
            @Key(says = "A second attempt beside a slow first one; off where left out.")
                    Optional<Hedge> hedge,
            @Key(says = "What clients are promised on streams.", also = "streaming")
                    Streaming stream,
            @Key(
                            says =
                                    "Whether a conversation goes on where it was answered last, for all"
                                            + " strategies but priority.")
                    Affinity affinity,
            @Key(
                            says =
                                    "Whether prompts of which the client marked nothing are marked for"
                                            + " the prompt cache of models that remember only what is"
                                            + " marked (Claude): behind tools, system texts and the"
                                            + " last two turns. `auto`: for 5 minutes, which costs 1.25"
                                            + " times the input where it is written; `hour`: for an"
                                            + " hour, twice the input.",
                            fallback = "off",
                            also = {"cache", "prompt-caching", "cache-control"})
                    PromptCache promptCache,
            @Key(
                            says =
                                    "The whole call, all attempts together; what the provider says where"
                                            + " left out.",
                            min = "1ms",
                            max = "1d")
                    Optional<Duration> timeout,
            @Key(
                            says =
                                    "Whether a call that finds all targets out waits for the first to"
                                            + " come back, up to `resilience.retry.cap` and as long as"
                                            + " it has time, rather than being told 503 at once.",
                            fallback = "false")
                    boolean waits) {
        /// The targets it names; none where it leaves that to the providers.
        public List<Target> targets() {
            return to.orElse(List.of());
        }

        public Route {
            to = to.map(List::copyOf);
            larger = List.copyOf(larger);
        }
    }

    /// What a route promises on streams.
    public record Streaming(
            @Key(
                            says =
                                    "What happens to a stream that breaks off after its first token has"
                                            + " left: `relay` tells the client so; `continue` has another"
                                            + " provider continue the text; `complete` sends nothing before"
                                            + " the answer is whole, so that it can be asked for again.",
                            fallback = "relay",
                            lone = true)
                    StreamPromise promise,
            @Key(
                            says =
                                    "How many pieces must have come before the first one leaves; until"
                                            + " then another provider can still take over unseen.",
                            fallback = "1",
                            min = "1",
                            max = "1000")
                    int holdBackPieces,
            @Key(
                            says =
                                    "How long pieces are held back at most; 0s for until there are"
                                            + " enough.",
                            fallback = "0s",
                            min = "0s",
                            max = "1m")
                    Duration holdBackTime) {
        /// What stands where a route says nothing.
        public static final Streaming DEFAULT =
                new Streaming(StreamPromise.RELAY, 1, Duration.ZERO);
    }

    /// Whether a conversation goes on where it was answered last, because the provider then has the
    /// beginning of the prompt in its cache.
    public record Affinity(
            @Key(
                            says = "Whether it does.",
                            fallback = "true",
                            also = {"on", "active"},
                            lone = true)
                    boolean enabled,
            @Key(says = "How long after the last answer.", fallback = "10m", min = "1s", max = "1d")
                    Duration keep) {
        /// What stands where a route says nothing.
        public static final Affinity DEFAULT = new Affinity(true, Duration.ofMinutes(10));
    }

    /// How long what we mark of a prompt is remembered.
    public enum PromptCache {
        OFF,
        AUTO,
        HOUR
    }

    /// What happens to a stream that breaks off.
    public enum StreamPromise {
        RELAY,
        CONTINUE,
        COMPLETE
    }

    /// Calls that a route is for, in the words of their family.
    @Cases(by = "family", of = Family.class, key = @Key(says = "What is asked.", fallback = "llm"))
    public sealed interface Match {
        /// Calls to large language models.
        record Llm(
                @Key(
                                says = "The model that the client names; `*` stands for any.",
                                fallback = "*",
                                also = {"models", "name", "pattern"},
                                lone = true)
                        String model)
                implements Match {
            /// Whether a model's name fits, where `*` stands for anything.
            public boolean fits(String name) {
                int star = model.indexOf('*');
                return star < 0
                        ? model.equals(name)
                        : name.length() >= model.length() - 1
                                && name.startsWith(model.substring(0, star))
                                && name.endsWith(model.substring(star + 1));
            }
        }
    }

    /// A vocabulary of operations; each has its own [Match].
    public enum Family {
        LLM
    }

    /// How a target is chosen.
    public enum Strategy {
        PRIORITY,
        SCORE,
        WEIGHTED,
        ROUND_ROBIN,
        LEAST_LATENCY,
        COST
    }

    /// One choice of a route.
    public record Target(
            @Key(
                            says = "A provider's id.",
                            also = {"upstream", "to", "id"},
                            lone = true)
                    String provider,
            @Key(
                            says = "The provider's name of the model; the client's where left out.",
                            also = {"deployment", "as", "rename"})
                    Optional<String> model,
            @Key(
                            says = "Its share, for the strategy weighted.",
                            fallback = "1",
                            min = "0",
                            max = "1000000")
                    double weight,
            @Key(
                            says =
                                    "The name of one of the provider's keys; all of them where left out.",
                            also = "keys")
                    Optional<String> key,
            @Key(
                            says =
                                    "This share of the calls tries it first, exactly; the others try it"
                                            + " after all other targets.",
                            min = "0.01%",
                            max = "100%")
                    Optional<Share> share) {}

    /// A second attempt beside a slow first one, of calls that may be repeated.
    public record Hedge(
            @Key(
                            says =
                                    "How long the first may take: a time, or the `p95` of its upstream.",
                            fallback = "p95",
                            also = "delay",
                            lone = true)
                    HedgeAfter after,
            @Key(
                            says = "How many more calls it may cause.",
                            fallback = "2%",
                            min = "0%",
                            max = "100%")
                    Share budget) {}

    /// When a hedge starts.
    public sealed interface HedgeAfter {
        /// The time that 95 of 100 recent attempts at the upstream kept.
        record P95() implements HedgeAfter {}

        /// @param time after the first attempt began
        record Fixed(Duration time) implements HedgeAfter {}
    }

    /// How failures are noticed and what is done about them.
    public record Resilience(
            @Key(says = "When an upstream counts as broken.") Breaker breaker,
            @Key(says = "When a call is tried again.") Retry retry,
            @Key(says = "A limit on calls at once that follows latency.") Adaptive adaptive,
            @Key(says = "When an upstream counts as down, and as well again.") Health health,
            @Key(says = "How long what a provider turned away is left alone.") Rest rest,
            @Key(says = "What matters to the strategy score.") Score score,
            @Key(says = "How long each phase of an attempt may take.") PhaseTimeouts timeouts) {}

    /// When a breaker opens, and when it tries again.
    public record Breaker(
            @Key(
                            says = "Failures in a row that open it; 0 for off.",
                            fallback = "5",
                            min = "0",
                            max = "1000000",
                            also = {"threshold", "failure-threshold", "max-failures"},
                            lone = true)
                    int failures,
            @Key(
                            says = "Share of failures in the window that opens it.",
                            fallback = "50%",
                            min = "0.1%",
                            max = "100%")
                    Share failureRatio,
            @Key(
                            says = "Calls in the window before a share means anything.",
                            fallback = "20",
                            min = "1",
                            max = "10000")
                    int minimumCalls,
            @Key(says = "What it looks back on: a time, or so many `calls`.", fallback = "10s")
                    BreakerWindow window,
            @Key(
                            says = "A call that takes longer is slow.",
                            fallback = "30s",
                            min = "1ms",
                            max = "1d")
                    Duration slowCall,
            @Key(
                            says = "Share of slow calls that opens it; off where left out.",
                            min = "0.1%",
                            max = "100%")
                    Optional<Share> slowRatio,
            @Key(
                            says = "The first pause.",
                            fallback = "5s",
                            min = "1ms",
                            max = "1d",
                            also = {"cooldown", "cooldown-time", "pause"})
                    Duration openFor,
            @Key(says = "The longest pause.", fallback = "5m", min = "1ms", max = "1d")
                    Duration openForMax,
            @Key(says = "How the pause grows with each opening in a row.", fallback = "linear")
                    Growth growth,
            @Key(
                            says = "By how much a pause may be shortened by chance.",
                            fallback = "20%",
                            min = "0%",
                            max = "100%")
                    Share jitter,
            @Key(
                            says = "How long its share of traffic grows again after it closed.",
                            fallback = "5s",
                            min = "0s",
                            max = "1d")
                    Duration rampUp,
            @Key(
                            says = "Trials in a row that must succeed to close it.",
                            fallback = "1",
                            min = "1",
                            max = "1000")
                    int probesToClose) {}

    /// What a breaker looks back on.
    public sealed interface BreakerWindow {
        /// @param length 10 ms to 1 h
        record Span(Duration length) implements BreakerWindow {}

        /// @param calls 1 to 10,000
        record Count(int calls) implements BreakerWindow {}
    }

    /// How a pause grows.
    public enum Growth {
        LINEAR,
        EXPONENTIAL,
        FIBONACCI
    }

    /// When a call is tried again.
    public record Retry(
            @Key(
                            says = "Attempts of one call.",
                            fallback = "3",
                            min = "1",
                            max = "10",
                            also = {
                                "retries",
                                "num-retries",
                                "max-retries",
                                "max-attempts",
                                "max",
                                "count"
                            },
                            lone = true)
                    int attempts,
            @Key(
                            says = "How many more attempts than calls an upstream may get.",
                            fallback = "10%",
                            min = "0%",
                            max = "100%")
                    Share budget,
            @Key(
                            says = "Bound of the first pause.",
                            fallback = "100ms",
                            min = "1ms",
                            max = "1m",
                            also = {"backoff", "delay", "initial-delay"})
                    Duration base,
            @Key(
                            says = "Bound of every pause.",
                            fallback = "10s",
                            min = "1ms",
                            max = "1h",
                            also = {"max-delay", "max-backoff"})
                    Duration cap) {}

    /// A limit on calls at once that follows latency.
    public record Adaptive(
            @Key(
                            says = "Whether it is used.",
                            fallback = "false",
                            also = {"on", "active"},
                            lone = true)
                    boolean enabled,
            @Key(says = "Where it begins.", fallback = "32", min = "1", max = "1000000") int start,
            @Key(says = "How low it goes.", fallback = "1", min = "1", max = "1000000") int min,
            @Key(says = "How high it goes.", fallback = "1000", min = "1", max = "1000000")
                    int max) {}

    /// When an upstream counts as down, and as well again.
    public record Health(
            @Key(
                            says = "Failures in a row until it is down.",
                            fallback = "3",
                            min = "1",
                            max = "1000")
                    int fail,
            @Key(
                            says = "Successes in a row until it is well again.",
                            fallback = "2",
                            min = "1",
                            max = "1000")
                    int recover,
            @Key(
                            says = "Share of failures from which it is degraded.",
                            fallback = "20%",
                            min = "0.1%",
                            max = "100%")
                    Share degradedFrom,
            @Key(
                            says =
                                    "About how often an upstream that is down is asked, free of charge,"
                                            + " whether it is back; 0s for never.",
                            fallback = "5s",
                            min = "0s",
                            max = "1h",
                            also = "interval")
                    Duration probe) {}

    /// How long what a provider turned away is left alone.
    public record Rest(
            @Key(
                            says =
                                    "The longest wait that one answer about a rate limit, or of an"
                                            + " overloaded provider, may impose: then it is asked again,"
                                            + " whatever `Retry-After` said.",
                            fallback = "10m",
                            min = "1s",
                            max = "1d")
                    Duration rateLimitedMax,
            @Key(
                            says =
                                    "The longest that any answer of a provider keeps a key, an account"
                                            + " or a model away; then one call tries it, whatever"
                                            + " `Retry-After` or a header about limits said.",
                            fallback = "1h",
                            min = "1s",
                            max = "1d")
                    Duration max) {}

    /// Weights of the score; only their proportion counts.
    public record Score(
            @Key(says = "Weight of latency.", fallback = "0.4", min = "0", max = "1000")
                    double latency,
            @Key(says = "Weight of availability.", fallback = "0.3", min = "0", max = "1000")
                    double availability,
            @Key(says = "Weight of cost.", fallback = "0.2", min = "0", max = "1000") double cost,
            @Key(
                            says = "Weight of what is left of the rate limits.",
                            fallback = "0.1",
                            min = "0",
                            max = "1000")
                    double headroom) {}
}
