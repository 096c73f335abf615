package dev.switchgear.wire.http;

import static dev.switchgear.wire.http.BadUpstream.lines;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.switchgear.core.time.SystemTime;
import dev.switchgear.wire.Endpoint;
import dev.switchgear.wire.Exchange;
import dev.switchgear.wire.Headers;
import dev.switchgear.wire.OutgoingRequest;
import dev.switchgear.wire.WireException;
import dev.switchgear.wire.WireException.Kind;
import dev.switchgear.wire.egress.EgressRules;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// Certificates come from the JDK's own keytool: an authority, a good and an expired certificate of
/// it, and a stranger that signed itself.
@ParameterizedClass
@EnumSource(Waits.class)
class TlsTest {
    private final Waits waits;

    TlsTest(Waits waits) {
        this.waits = waits;
    }

    private static final char[] PASSWORD = "changeit".toCharArray();
    private static final String OK = lines("HTTP/1.1 200 OK", "Content-Length: 2", "", "ok");

    @TempDir static Path folder;
    private static KeyStore keys = emptyStore();

    @BeforeAll
    static void makeCertificates() throws Exception {
        keytool("-genkeypair", "-alias", "ca", "-dname", "CN=Test CA", "-ext", "bc:c=ca:true");
        String[] names = {"-ext", "san=dns:upstream.test,ip:127.0.0.1"};
        keytool(
                "-genkeypair",
                "-alias",
                "good",
                "-dname",
                "CN=a",
                "-signer",
                "ca",
                names[0],
                names[1]);
        keytool(
                "-genkeypair",
                "-alias",
                "expired",
                "-dname",
                "CN=a",
                "-signer",
                "ca",
                "-startdate",
                "-20d",
                "-validity",
                "10",
                names[0],
                names[1]);
        keytool("-genkeypair", "-alias", "stranger", "-dname", "CN=a", names[0], names[1]);
        keytool("-exportcert", "-rfc", "-alias", "ca", "-file", authority().toString());
        keys = KeyStore.getInstance(store().toFile(), PASSWORD);
    }

    private static KeyStore emptyStore() {
        try {
            return KeyStore.getInstance("PKCS12");
        } catch (KeyStoreException e) {
            throw new AssertionError(e);
        }
    }

    private static Path store() {
        return folder.resolve("keys.p12");
    }

    private static Path authority() {
        return folder.resolve("ca.pem");
    }

    private static void keytool(String... arguments) throws Exception {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.add(arguments[0]);
        command.addAll(List.of("-keystore", store().toString(), "-storepass", "changeit"));
        if (arguments[0].equals("-genkeypair")) {
            command.addAll(List.of("-keyalg", "EC", "-groupname", "secp256r1"));
        }
        command.addAll(List.of(arguments).subList(1, arguments.length));
        Path output = folder.resolve("keytool.txt");
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(output)).isZero();
    }

    /// A server's side of TLS with one of the certificates; each connection is noted.
    private final class TlsUpstream implements AutoCloseable {
        private final SSLContext context;
        private final BlockingQueue<ExtendedSSLSession> sessions = new LinkedBlockingQueue<>();
        private final BadUpstream upstream;

        TlsUpstream(String alias, BadUpstream.Script inside) throws Exception {
            context = context(alias);
            upstream =
                    new BadUpstream(visit -> {
                        var tls =
                                (SSLSocket)
                                        context.getSocketFactory()
                                                .createSocket(visit.socket(), null, 0, false);
                        tls.setUseClientMode(false);
                        tls.startHandshake();
                        sessions.add((ExtendedSSLSession) tls.getSession());
                        inside.run(visit.over(tls));
                    });
        }

        private static SSLContext context(String alias) throws Exception {
            KeyStore one = KeyStore.getInstance("PKCS12");
            one.load(null, null);
            Certificate[] chain = keys.getCertificateChain(alias);
            var key = (PrivateKey) keys.getKey(alias, PASSWORD);
            one.setKeyEntry(alias, key, PASSWORD, chain);
            var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            managers.init(one, PASSWORD);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(managers.getKeyManagers(), null, null);
            return context;
        }

        ExtendedSSLSession session() throws InterruptedException {
            ExtendedSSLSession session = sessions.poll(5, TimeUnit.SECONDS);
            if (session == null) {
                throw new AssertionError("no connection came");
            }
            return session;
        }

        Caller caller(String host, boolean trusting) {
            String named = host + ":" + upstream.port();
            ConnectorSettings settings =
                    trusting
                            ? ConnectorSettings.DEFAULT.trusting(List.of(authority()))
                            : ConnectorSettings.DEFAULT;
            return waits.caller(
                    Endpoint.parse("https://" + named),
                    EgressRules.allowing(named),
                    _ -> List.of(InetAddress.ofLiteral("127.0.0.1")),
                    settings,
                    new SystemTime());
        }

        @Override
        public void close() throws IOException {
            upstream.close();
        }
    }

    private static BadUpstream.Script answering(String response) {
        return visit -> {
            while (visit.readRequest()) {
                visit.write(response);
            }
        };
    }

    private WireException refusal(String alias, String host, boolean trusting) throws Exception {
        try (var upstream = new TlsUpstream(alias, answering(OK));
                var caller = upstream.caller(host, trusting)) {
            WireException thrown = catchThrowableOfType(WireException.class, caller::get);
            assertThat(thrown.mayHaveActed()).isFalse();
            assertThat(caller.connector().open()).isZero();
            assertThat(upstream.upstream.requestsWaiting()).isZero();
            return thrown;
        }
    }

    @Test
    void a_trusted_upstream_is_asked_by_its_name_and_its_connection_reused() throws Exception {
        try (var upstream = new TlsUpstream("good", answering(OK));
                var caller = upstream.caller("upstream.test", true)) {
            assertThat(caller.get().readAll(2)).hasSize(2);
            assertThat(caller.get().readAll(2)).hasSize(2);

            assertThat(upstream.upstream.connections()).isEqualTo(1);
            assertThat(upstream.session().getRequestedServerNames().toString())
                    .contains("upstream.test");
            assertThat(upstream.upstream.request()).contains("Host: upstream.test");
        }
    }

    @Test
    void an_address_is_checked_against_the_certificate_too() throws Exception {
        try (var upstream = new TlsUpstream("good", answering(OK));
                var caller = upstream.caller("127.0.0.1", true)) {
            assertThat(caller.get().readAll(2)).hasSize(2);
        }
    }

    @Test
    void large_bodies_pass_in_both_directions() throws Exception {
        String large = "x".repeat(300_000);
        try (var upstream =
                        new TlsUpstream(
                                "good",
                                answering(
                                        lines(
                                                "HTTP/1.1 200 OK",
                                                "Content-Length: 300000",
                                                "",
                                                large)));
                var caller = upstream.caller("upstream.test", true)) {
            var request =
                    new OutgoingRequest(
                            "POST",
                            "/chat",
                            Headers.NONE,
                            large.getBytes(StandardCharsets.US_ASCII));

            assertThat(caller.send(request).readAll(300_000)).hasSize(300_000);
            assertThat(upstream.upstream.request()).endsWith(large);
        }
    }

    @Test
    void a_certificate_for_another_name_is_a_wrong_name() throws Exception {
        assertThat(refusal("good", "other.test", true).kind()).isEqualTo(Kind.TLS_WRONG_NAME);
    }

    @Test
    void a_certificate_out_of_date_is_expired() throws Exception {
        assertThat(refusal("expired", "upstream.test", true).kind()).isEqualTo(Kind.TLS_EXPIRED);
    }

    @Test
    void a_certificate_of_an_unknown_authority_is_untrusted() throws Exception {
        assertThat(refusal("good", "upstream.test", false).kind()).isEqualTo(Kind.TLS_UNTRUSTED);
        assertThat(refusal("stranger", "upstream.test", true).kind()).isEqualTo(Kind.TLS_UNTRUSTED);
    }

    @Test
    void a_peer_that_does_not_speak_tls_is_a_tls_failure() throws Exception {
        try (var upstream =
                new BadUpstream(visit -> {
                    visit.write("HTTP/1.1 400 Bad Request\r\n\r\n");
                    visit.awaitHangUp();
                })) {
            String named = "upstream.test:" + upstream.port();
            try (var caller =
                    waits.caller(
                            Endpoint.parse("https://" + named),
                            EgressRules.allowing(named),
                            _ -> List.of(InetAddress.ofLiteral("127.0.0.1")),
                            ConnectorSettings.DEFAULT,
                            new SystemTime())) {
                WireException thrown = catchThrowableOfType(WireException.class, caller::get);

                assertThat(thrown.kind()).isEqualTo(Kind.TLS_FAILED);
                assertThat(thrown.mayHaveActed()).isFalse();
            }
        }
    }

    @Test
    void a_second_connection_resumes_the_first_ones_session() throws Exception {
        String closing =
                lines("HTTP/1.1 200 OK", "Connection: close", "Content-Length: 2", "", "ok");
        try (var upstream = new TlsUpstream("good", answering(closing));
                var caller = upstream.caller("upstream.test", true)) {
            caller.get().readAll(2);
            ExtendedSSLSession first = upstream.session();
            caller.get().readAll(2);
            ExtendedSSLSession second = upstream.session();

            assertThat(upstream.upstream.connections()).isEqualTo(2);
            assertThat(second.getCreationTime()).isEqualTo(first.getCreationTime());
        }
    }

    @Test
    void a_body_without_length_must_end_with_tlss_own_goodbye() throws Exception {
        String open = lines("HTTP/1.1 200 OK", "", "ok");
        BadUpstream.Script polite =
                visit -> {
                    visit.readRequest();
                    visit.write(open);
                    visit.socket().close();
                };
        BadUpstream.Script cutOff =
                visit -> {
                    visit.readRequest();
                    visit.write(open);
                };
        try (var upstream = new TlsUpstream("good", polite);
                var caller = upstream.caller("upstream.test", true)) {
            assertThat(caller.get().readAll(100)).hasSize(2);
        }
        try (var upstream = new TlsUpstream("good", cutOff);
                var caller = upstream.caller("upstream.test", true)) {
            Exchange exchange = caller.get();
            WireException thrown =
                    catchThrowableOfType(WireException.class, () -> exchange.readAll(100));

            assertThat(thrown.kind()).isEqualTo(Kind.CONNECTION_LOST);
        }
    }

    @Test
    void a_resting_connection_that_the_upstream_closed_is_replaced_unnoticed() throws Exception {
        BadUpstream.Script once =
                visit -> {
                    visit.readRequest();
                    visit.write(OK);
                    visit.socket().close();
                };
        try (var upstream = new TlsUpstream("good", once);
                var caller = upstream.caller("upstream.test", true)) {
            caller.get().readAll(2);
            assertThat(upstream.upstream.end()).isEqualTo("script ended");

            assertThat(caller.get().readAll(2)).hasSize(2);
            assertThat(upstream.upstream.connections()).isEqualTo(2);
        }
    }

    @Test
    void a_certificate_file_that_cannot_be_used_stops_the_start() throws Exception {
        Path nonsense = Files.writeString(folder.resolve("nonsense.pem"), "nonsense");

        assertThat(
                        catchThrowableOfType(
                                IllegalArgumentException.class, () -> new Tls(List.of(nonsense))))
                .hasMessageContaining("extra-certificates");
    }
}
