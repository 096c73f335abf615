package dev.switchgear.server.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Iterator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Whether a certificate and its key can be used for the door.
final class TlsFiles {
    /// What is wrong, and with which of the two settings.
    record Flaw(String setting, String words) {}

    private static final Pattern PKCS8 =
            Pattern.compile(
                    "-----BEGIN PRIVATE KEY-----(?<key>[A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

    private static final int BYTES_MAX = 1024 * 1024;

    private TlsFiles() {}

    static Optional<Flaw> flaw(Path certificate, Path key) {
        Optional<Certificate> own = certificate(certificate);
        if (own.isEmpty()) {
            return Optional.of(
                    new Flaw(
                            "certificate",
                            "`server.tls.certificate` cannot be read (expected: a file with PEM"
                                    + " certificates, the server's own first)."));
        }
        Optional<byte[]> encoded = key(key);
        if (encoded.isEmpty()) {
            return Optional.of(
                    new Flaw(
                            "key",
                            "`server.tls.key` cannot be read (expected: a file with a PEM private key"
                                    + " in PKCS 8, `BEGIN PRIVATE KEY`, without a passphrase)."));
        }
        return fits(own.get().getPublicKey(), encoded.get())
                ? Optional.empty()
                : Optional.of(
                        new Flaw(
                                "key",
                                "`server.tls.key` is not the key of `server.tls.certificate`."));
    }

    private static Optional<Certificate> certificate(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            Iterator<? extends Certificate> chain =
                    CertificateFactory.getInstance("X.509").generateCertificates(in).iterator();
            return chain.hasNext() ? Optional.of(chain.next()) : Optional.empty();
        } catch (IOException | CertificateException unreadable) {
            return Optional.empty();
        }
    }

    private static Optional<byte[]> key(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            Matcher found =
                    PKCS8.matcher(
                            new String(in.readNBytes(BYTES_MAX), StandardCharsets.ISO_8859_1));
            return found.find()
                    ? Optional.of(Base64.getMimeDecoder().decode(found.group("key")))
                    : Optional.empty();
        } catch (IOException | IllegalArgumentException unreadable) {
            return Optional.empty();
        }
    }

    /// What one signs the other must recognise.
    private static boolean fits(PublicKey open, byte[] encoded) {
        try {
            String algorithm = open.getAlgorithm();
            PrivateKey key =
                    KeyFactory.getInstance(algorithm)
                            .generatePrivate(new PKCS8EncodedKeySpec(encoded));
            Signature signature =
                    Signature.getInstance(
                            switch (algorithm) {
                                case "RSA" -> "SHA256withRSA";
                                case "EC" -> "SHA256withECDSA";
                                default -> algorithm;
                            });
            signature.initSign(key);
            signature.update(encoded);
            byte[] signed = signature.sign();
            signature.initVerify(open);
            signature.update(encoded);
            return signature.verify(signed);
        } catch (GeneralSecurityException other) {
            return false;
        }
    }
}
