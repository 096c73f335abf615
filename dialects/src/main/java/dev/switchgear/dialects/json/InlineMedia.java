package dev.switchgear.dialects.json;

import dev.switchgear.families.llm.InvalidBody;
import dev.switchgear.families.llm.chat.Media;
import dev.switchgear.families.llm.chat.Part;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Files that stand in a request itself: written in the standard base64, and called what their first
/// bytes say they are, as clients often say something else or nothing.
public final class InlineMedia {
    /// Decoded for a look at the beginning: 24 characters are 18 bytes.
    private static final int LOOK = 24;

    private static final String UNKNOWN = "application/octet-stream";

    private static final Map<String, String> OTHER_NAMES =
            Map.of(
                    "image/jpg", "image/jpeg",
                    "image/pjpeg", "image/jpeg",
                    "image/x-png", "image/png",
                    "audio/x-wav", "audio/wav",
                    "audio/wave", "audio/wav",
                    "audio/vnd.wave", "audio/wav",
                    "audio/mp3", "audio/mpeg",
                    "audio/x-mp3", "audio/mpeg",
                    "application/x-pdf", "application/pdf");

    private InlineMedia() {}

    /// @param type as the client calls it; empty where it does not say
    /// @param data in base64 of either alphabet, with or without padding and line breaks
    public static Media.Inline of(Field where, String type, String data) throws InvalidBody {
        String base64 = DataUrl.base64(where, data);
        return new Media.Inline(type(type, base64), base64);
    }

    /// What a provider sent, in the standard alphabet as all of them write it.
    ///
    /// @param type what it is where its bytes tell nothing
    public static Media.Inline seen(String type, String base64) {
        return new Media.Inline(type(type, base64), base64);
    }

    /// What it is: by its first bytes, and where those tell nothing by what it is called.
    ///
    /// @param base64 in the standard alphabet
    static String type(String called, String base64) {
        int parameters = called.indexOf(';');
        String said =
                (parameters < 0 ? called : called.substring(0, parameters))
                        .strip()
                        .toLowerCase(Locale.ROOT);
        return told(base64, said)
                .orElseGet(() -> said.isEmpty() ? UNKNOWN : OTHER_NAMES.getOrDefault(said, said));
    }

    /// What the first bytes say; empty where they are of no kind that is known here.
    private static Optional<String> told(String base64, String said) {
        int length = Math.min(LOOK, base64.length()) / 4 * 4;
        byte[] decoded;
        try {
            decoded = Base64.getDecoder().decode(base64.substring(0, length));
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
        String head = new String(decoded, StandardCharsets.ISO_8859_1);
        if (head.startsWith("\u0089PNG")) {
            return Optional.of("image/png");
        }
        if (head.startsWith("\u00FF\u00D8\u00FF")) {
            return Optional.of("image/jpeg");
        }
        if (head.startsWith("GIF8")) {
            return Optional.of("image/gif");
        }
        if (head.startsWith("%PDF")) {
            return Optional.of("application/pdf");
        }
        if (head.startsWith("RIFF") && head.length() < 12 && said.startsWith("image/")) {
            return Optional.of("image/webp");
        }
        if (head.startsWith("RIFF") && head.length() >= 12) {
            return switch (head.substring(8, 12)) {
                case "WEBP" -> Optional.of("image/webp");
                case "WAVE" -> Optional.of("audio/wav");
                default -> Optional.empty();
            };
        }
        if (head.startsWith("ID3")
                || head.startsWith("\u00FF\u00FB")
                || head.startsWith("\u00FF\u00F3")
                || head.startsWith("\u00FF\u00F2")) {
            return Optional.of("audio/mpeg");
        }
        if (head.startsWith("fLaC")) {
            return Optional.of("audio/flac");
        }
        if (head.startsWith("OggS") && !said.startsWith("video/")) {
            return Optional.of("audio/ogg");
        }
        return Optional.empty();
    }

    /// An image, sound or document by what it is, whatever it was sent as.
    ///
    /// @param sentAs what it is where its type does not tell
    public static Part part(Media media, Part sentAs) {
        if (!(media instanceof Media.Inline(String type, String _))) {
            return sentAs;
        }
        String detail = sentAs instanceof Part.Image(Media _, String said) ? said : "";
        String name = sentAs instanceof Part.Document(Media _, String said) ? said : "";
        if (type.startsWith("image/")) {
            return new Part.Image(media, detail);
        }
        if (type.startsWith("audio/")) {
            return new Part.Audio(media);
        }
        return type.equals("application/pdf") ? new Part.Document(media, name) : sentAs;
    }

    /// Whether it is one of the kinds that are known by their first bytes.
    static boolean recognised(String base64) {
        return told(base64, "").isPresent();
    }
}
