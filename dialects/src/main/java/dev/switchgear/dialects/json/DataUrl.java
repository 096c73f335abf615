package dev.switchgear.dialects.json;

import dev.switchgear.families.llm.InvalidBody;
import dev.switchgear.families.llm.chat.Media;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;

/// `data:image/png;base64,…` and the addresses that stand in its place.
public final class DataUrl {
    private static final String SCHEME = "data:";

    private DataUrl() {}

    public static boolean is(String url) {
        return url.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
    }

    public static String of(Media.Inline media) {
        return SCHEME + media.type() + ";base64," + media.base64();
    }

    /// @param where for the message
    public static Media media(Field where, String url) throws InvalidBody {
        if (!is(url)) {
            return url.contains("://") ? new Media.Url(url, "") : bare(where, url);
        }
        int comma = url.indexOf(',');
        if (comma < 0) {
            throw where.broken("a data URL without a comma", "data:TYPE;base64,DATA");
        }
        String[] head = url.substring(SCHEME.length(), comma).split(";", -1);
        String type = head[0].strip().toLowerCase(Locale.ROOT);
        boolean base64 = false;
        for (int i = 1; i < head.length; i++) {
            base64 |= head[i].strip().equalsIgnoreCase("base64");
        }
        String data = url.substring(comma + 1);
        String inline = base64 ? base64(where, unescaped(where, data)) : encoded(where, data);
        String seen = InlineMedia.type(type, inline);
        return new Media.Inline(
                type.isEmpty() && !InlineMedia.recognised(inline) ? "text/plain" : seen, inline);
    }

    /// Some clients leave out all but the data.
    private static Media bare(Field where, String data) throws InvalidBody {
        InvalidBody noAddress = where.broken("no address", "an http or data URL");
        try {
            Media.Inline media = InlineMedia.of(where, "", data);
            if (InlineMedia.recognised(media.base64())) {
                return media;
            }
        } catch (InvalidBody neither) {
            throw noAddress;
        }
        throw noAddress;
    }

    private static String unescaped(Field where, String data) throws InvalidBody {
        return data.indexOf('%') < 0
                ? data
                : new String(
                        Base64.getDecoder().decode(encoded(where, data)),
                        StandardCharsets.ISO_8859_1);
    }

    /// `data` in the standard alphabet with padding.
    public static String base64(Field where, String data) throws InvalidBody {
        if (standard(data)) {
            return data;
        }
        String plain = data.replaceAll("\\s+", "").replace('-', '+').replace('_', '/');
        int missing = (4 - plain.length() % 4) % 4;
        String padded = plain.endsWith("=") ? plain : plain + "=".repeat(missing);
        if (!standard(padded)) {
            throw where.broken("other characters", "base64");
        }
        return padded;
    }

    private static boolean standard(String data) {
        int length = data.length();
        if (length % 4 != 0) {
            return false;
        }
        int end = length;
        while (end > 0 && length - end < 2 && data.charAt(end - 1) == '=') {
            end--;
        }
        for (int i = 0; i < end; i++) {
            char c = data.charAt(i);
            if (!((c >= 'A' && c <= 'Z')
                    || (c >= 'a' && c <= 'z')
                    || (c >= '0' && c <= '9')
                    || c == '+'
                    || c == '/')) {
                return false;
            }
        }
        return true;
    }

    /// Text with percent signs, as a data URL without `base64` has it.
    private static String encoded(Field where, String data) throws InvalidBody {
        byte[] text = data.getBytes(StandardCharsets.UTF_8);
        byte[] bytes = new byte[text.length];
        int length = 0;
        for (int i = 0; i < text.length; i++) {
            if (text[i] != '%') {
                bytes[length++] = text[i];
                continue;
            }
            int high = i + 2 < text.length ? Character.digit(text[i + 1], 16) : -1;
            int low = i + 2 < text.length ? Character.digit(text[i + 2], 16) : -1;
            if (high < 0 || low < 0) {
                throw where.broken("a data URL with a broken percent sign", "%XX");
            }
            bytes[length++] = (byte) (high * 16 + low);
            i += 2;
        }
        return Base64.getEncoder().encodeToString(Arrays.copyOf(bytes, length));
    }
}
