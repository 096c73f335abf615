package dev.switchgear.dialects.anthropic;

import dev.switchgear.dialects.json.Json;
import dev.switchgear.families.llm.Dialect;
import dev.switchgear.families.llm.chat.Media;
import dev.switchgear.families.llm.dialect.NotTranslatable;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/// Where the bytes of images and documents are, as the API takes them: images in four types, whose
/// name must be what the bytes say; documents as PDF or plain text; addresses only with https.
final class AnthropicMedia {
    private static final Set<String> IMAGES =
            Set.of("image/jpeg", "image/png", "image/gif", "image/webp");

    private AnthropicMedia() {}

    static ObjectNode image(Media media) throws NotTranslatable {
        return switch (media) {
            case Media.Inline inline -> {
                String type = imageType(inline).orElse(inline.type());
                if (!IMAGES.contains(type)) {
                    throw new NotTranslatable(
                            "image", type + " (Anthropic takes JPEG, PNG, GIF and WebP)");
                }
                yield base64(type, inline.base64());
            }
            case Media.Url url -> url(url);
            case Media.FileId file -> file(file);
            case Media.PlainText _ -> throw new NotTranslatable("image", "text is no image");
        };
    }

    /// Empty where it is not a document: an image that was called one.
    static Optional<ObjectNode> document(Media media) throws NotTranslatable {
        return switch (media) {
            case Media.Inline inline -> {
                if (inline.base64().startsWith("JVBER")
                        || inline.type().equals("application/pdf")) {
                    yield Optional.of(base64("application/pdf", inline.base64()));
                }
                if (inline.type().startsWith("image/")) {
                    yield Optional.empty();
                }
                yield Optional.of(text(decoded(inline)));
            }
            case Media.Url url -> Optional.of(url(url));
            case Media.FileId file -> Optional.of(file(file));
            case Media.PlainText plain -> Optional.of(text(plain.text()));
        };
    }

    /// What the first bytes say it is.
    static Optional<String> imageType(Media.Inline inline) {
        String data = inline.base64();
        if (data.startsWith("/9j/")) {
            return Optional.of("image/jpeg");
        }
        if (data.startsWith("iVBORw0KGgo")) {
            return Optional.of("image/png");
        }
        if (data.startsWith("R0lGOD")) {
            return Optional.of("image/gif");
        }
        if (data.startsWith("UklGR") && data.length() >= 16 && webp(data)) {
            return Optional.of("image/webp");
        }
        return Optional.empty();
    }

    /// "RIFF", four bytes of length, "WEBP".
    private static boolean webp(String data) {
        try {
            byte[] head = Base64.getDecoder().decode(data.substring(0, 16));
            return new String(head, 8, 4, StandardCharsets.ISO_8859_1).equals("WEBP");
        } catch (IllegalArgumentException notBase64) {
            return false;
        }
    }

    private static String decoded(Media.Inline inline) throws NotTranslatable {
        boolean readable =
                inline.type().startsWith("text/")
                        || inline.type().equals("application/json")
                        || inline.type().equals("application/xml");
        if (!readable) {
            throw new NotTranslatable(
                    "document", inline.type() + " (Anthropic takes PDF and plain text)");
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(Base64.getDecoder().decode(inline.base64())))
                    .toString();
        } catch (IllegalArgumentException | CharacterCodingException notText) {
            throw new NotTranslatable("document", "not text in UTF-8, in base64");
        }
    }

    private static ObjectNode base64(String type, String data) {
        return Json.object().put("type", "base64").put("media_type", type).put("data", data);
    }

    private static ObjectNode text(String text) {
        return Json.object().put("type", "text").put("media_type", "text/plain").put("data", text);
    }

    private static ObjectNode url(Media.Url url) throws NotTranslatable {
        if (!url.url().regionMatches(true, 0, "https://", 0, 8)) {
            throw new NotTranslatable("url", "Anthropic fetches only https addresses");
        }
        return Json.object().put("type", "url").put("url", url.url());
    }

    private static ObjectNode file(Media.FileId file) throws NotTranslatable {
        if (file.dialect() != Dialect.ANTHROPIC) {
            throw new NotTranslatable("file_id", "the file lies with another provider");
        }
        return Json.object().put("type", "file").put("file_id", file.id());
    }
}
