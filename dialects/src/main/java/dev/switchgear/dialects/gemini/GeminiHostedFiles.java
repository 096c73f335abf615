package dev.switchgear.dialects.gemini;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Set;

/// Addresses that Gemini can read by itself. It fetches nothing from the rest of the web.
final class GeminiHostedFiles {
    private static final Set<String> VIDEO =
            Set.of("youtube.com", "www.youtube.com", "m.youtube.com", "youtu.be");

    private GeminiHostedFiles() {}

    /// A video on YouTube.
    static boolean watched(String uri) {
        return VIDEO.contains(host(uri));
    }

    /// A file that lies at Google: uploaded through its API, or in a bucket.
    static boolean kept(String uri) {
        return uri.startsWith("gs://")
                || host(uri).equals("generativelanguage.googleapis.com")
                || uri.startsWith("files/");
    }

    private static String host(String uri) {
        try {
            String host = new URI(uri).getHost();
            return host == null ? "" : host.toLowerCase(Locale.ROOT);
        } catch (URISyntaxException notAnAddress) {
            return "";
        }
    }
}
