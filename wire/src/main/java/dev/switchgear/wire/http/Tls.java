package dev.switchgear.wire.http;

import dev.switchgear.wire.Endpoint;
import dev.switchgear.wire.WireException.Kind;
import dev.switchgear.wire.http.TlsTrouble.RefusedCertificate;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/// Whom we trust, and how a handshake is set up. Sessions are resumed by the context, per host and
/// port. Thread-safe.
final class Tls {
    private final SSLContext context;

    /// @throws IllegalArgumentException when a certificate file cannot be used
    Tls(List<Path> extraCertificates) {
        try {
            X509ExtendedTrustManager trust = trust(null);
            if (!extraCertificates.isEmpty()) {
                trust = trust(withExtra(trust.getAcceptedIssuers(), extraCertificates));
            }
            context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new Naming(trust)}, null);
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("this JDK cannot do TLS: " + e.getMessage(), e);
        }
    }

    /// An engine for one connection, bound to the endpoint's name.
    SSLEngine engine(Endpoint endpoint) {
        SSLEngine engine = context.createSSLEngine(endpoint.host(), endpoint.port());
        engine.setUseClientMode(true);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        parameters.setApplicationProtocols(new String[] {"http/1.1"});
        if (!endpoint.literal()) {
            parameters.setServerNames(List.of(new SNIHostName(endpoint.host())));
        }
        engine.setSSLParameters(parameters);
        return engine;
    }

    private static X509ExtendedTrustManager trust(@Nullable KeyStore authorities)
            throws GeneralSecurityException {
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(authorities);
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof X509ExtendedTrustManager extended) {
                return extended;
            }
        }
        throw new GeneralSecurityException("no trust manager for X.509");
    }

    private static KeyStore withExtra(X509Certificate[] standard, List<Path> files)
            throws GeneralSecurityException, IOException {
        KeyStore all = KeyStore.getInstance(KeyStore.getDefaultType());
        all.load(null, null);
        int number = 0;
        for (X509Certificate certificate : standard) {
            all.setCertificateEntry("standard-" + number++, certificate);
        }
        for (Path file : files) {
            for (Certificate certificate : certificates(file)) {
                all.setCertificateEntry("extra-" + number++, certificate);
            }
        }
        return all;
    }

    private static Collection<? extends Certificate> certificates(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            var found = CertificateFactory.getInstance("X.509").generateCertificates(in);
            if (!found.isEmpty()) {
                return found;
            }
        } catch (IOException | CertificateException e) {
            throw new IllegalArgumentException(
                    "extra-certificates: " + file + " (expected: PEM certificates): " + e, e);
        }
        throw new IllegalArgumentException(
                "extra-certificates: " + file + " (expected: at least one PEM certificate)");
    }

    /// Says which of name, date and authority is at fault. Costs nothing while all is well: only a
    /// refusal is looked at a second time, without the name.
    private static final class Naming extends X509ExtendedTrustManager {
        private final X509ExtendedTrustManager trust;

        Naming(X509ExtendedTrustManager trust) {
            this.trust = trust;
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            try {
                trust.checkServerTrusted(chain, type, engine);
            } catch (CertificateException refused) {
                throw new RefusedCertificate(kind(chain, type), refused);
            }
        }

        private Kind kind(X509Certificate[] chain, String type) {
            try {
                trust.checkServerTrusted(chain, type);
                return Kind.TLS_WRONG_NAME;
            } catch (CertificateException refused) {
                return TlsTrouble.withoutName(refused);
            }
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            trust.checkServerTrusted(chain, type, socket);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type)
                throws CertificateException {
            trust.checkServerTrusted(chain, type);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            trust.checkClientTrusted(chain, type, socket);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            trust.checkClientTrusted(chain, type, engine);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type)
                throws CertificateException {
            trust.checkClientTrusted(chain, type);
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return trust.getAcceptedIssuers();
        }
    }
}
