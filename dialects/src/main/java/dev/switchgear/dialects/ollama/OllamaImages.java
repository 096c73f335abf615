package dev.switchgear.dialects.ollama;

import dev.switchgear.dialects.json.DataUrl;
import dev.switchgear.dialects.json.Field;
import dev.switchgear.dialects.json.InlineMedia;
import dev.switchgear.families.llm.InvalidBody;
import dev.switchgear.families.llm.chat.Media;
import dev.switchgear.families.llm.chat.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Images as Ollama takes them: base64 without a word about what it is. The first bytes tell.
final class OllamaImages {
    private OllamaImages() {}

    /// The images of `holder`, a message or a request.
    static List<Part> of(Field holder) throws InvalidBody {
        Optional<Field> images = holder.get("images");
        if (images.isEmpty()) {
            return List.of();
        }
        var parts = new ArrayList<Part>();
        for (Field image : images.get().items()) {
            String data = image.string();
            Media media =
                    data.startsWith("data:")
                            ? DataUrl.media(image, data)
                            // One whose bytes tell nothing is an image of the most usual kind.
                            : InlineMedia.of(image, "image/png", data);
            parts.add(InlineMedia.part(media, new Part.Image(media, "")));
        }
        return parts;
    }

    /// An image that a model made, as it came.
    static Media inline(String base64) {
        return InlineMedia.seen("image/png", base64);
    }
}
