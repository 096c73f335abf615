package dev.switchgear.dialects;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.switchgear.dialects.anthropic.AnthropicClientDialect;
import dev.switchgear.dialects.anthropic.AnthropicProviderDialect;
import dev.switchgear.dialects.gemini.GeminiClientDialect;
import dev.switchgear.dialects.gemini.GeminiFlavour;
import dev.switchgear.dialects.gemini.GeminiProviderDialect;
import dev.switchgear.dialects.ollama.OllamaClientDialect;
import dev.switchgear.dialects.ollama.OllamaProviderDialect;
import dev.switchgear.dialects.openai.OpenAiClientDialect;
import dev.switchgear.dialects.openai.OpenAiFlavour;
import dev.switchgear.dialects.openai.OpenAiProviderDialect;
import dev.switchgear.dialects.own.OwnClientDialect;
import dev.switchgear.dialects.responses.ResponsesClientDialect;
import dev.switchgear.dialects.responses.ResponsesFlavour;
import dev.switchgear.dialects.responses.ResponsesProviderDialect;
import dev.switchgear.families.llm.InvalidBody;
import dev.switchgear.families.llm.chat.ChatRequest;
import dev.switchgear.families.llm.dialect.ClientDialect;
import dev.switchgear.families.llm.dialect.ModelTarget;
import dev.switchgear.families.llm.dialect.NotTranslatable;
import dev.switchgear.families.llm.dialect.ProviderDialect;
import dev.switchgear.families.llm.dialect.Worded;
import dev.switchgear.families.llm.model.ModelTraits;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What a user shows to a model, through every door to every provider: it is carried as what it is, or
/// the request is refused; it is never left out.
class ShownToModelsTest {
    static final Map<String, ClientDialect> DOORS =
            Map.of(
                    "chat", new OpenAiClientDialect(),
                    "responses", new ResponsesClientDialect(),
                    "anthropic", new AnthropicClientDialect(),
                    "gemini", new GeminiClientDialect(GeminiClientDialect.Form.EVENTS),
                    "ollama", new OllamaClientDialect(OllamaClientDialect.Form.CHAT),
                    "generate", new OllamaClientDialect(OllamaClientDialect.Form.GENERATE),
                    "own", new OwnClientDialect());

    static final Map<String, ProviderDialect> PROVIDERS = providers();

    private static Map<String, ProviderDialect> providers() {
        var all = new LinkedHashMap<String, ProviderDialect>();
        all.put("openai", new OpenAiProviderDialect(OpenAiFlavour.OPENAI));
        all.put("compatible", new OpenAiProviderDialect(OpenAiFlavour.COMPATIBLE));
        all.put("responses", new ResponsesProviderDialect(ResponsesFlavour.OPENAI));
        all.put("anthropic", new AnthropicProviderDialect());
        all.put("gemini", new GeminiProviderDialect(GeminiFlavour.GOOGLE));
        all.put("ollama", new OllamaProviderDialect());
        return all;
    }

    /// The whole request of a door that shows one part; `#` stands for it.
    private static final Map<String, String> AROUND =
            Map.of(
                    "chat", "{'messages':[{'role':'user','content':[#]}]}",
                    "responses", "{'input':[{'role':'user','content':[#]}]}",
                    "anthropic", "{'max_tokens':9,'messages':[{'role':'user','content':[#]}]}",
                    "gemini", "{'contents':[{'role':'user','parts':[#]}]}",
                    "ollama", "{'messages':[{'role':'user','content':'see',#}]}",
                    "generate", "{'prompt':'see',#}",
                    "own", "{'messages':[{'role':'user','content':[#]}]}");

    private static final String PNG =
            base64("\u0089PNG\r\n\u001a\n\u00ff\u00fe\u00fb\u00ef\u00be\u00fb\u00ff>?");
    private static final String PDF = base64("%PDF-1.7\n\u00ff\u00fe\u00fb\u00ef\u00be>?>");
    private static final String WAV = base64("RIFF$\u0000\u0000\u0000WAVEfmt \u00fb\u00ff\u00be");
    private static final String MP3 = base64("ID3\u0004\u00ff\u00fb\u00be\u00ef?");

    private static String base64(String bytes) {
        return Base64.getEncoder().encodeToString(bytes.getBytes(StandardCharsets.ISO_8859_1));
    }

    /// How clients write the same bytes.
    private static List<String> writings(String standard) {
        String plain = standard.replace("=", "");
        return List.of(
                standard,
                plain,
                standard.replace('+', '-').replace('/', '_'),
                plain.replace('+', '-').replace('/', '_'),
                standard.substring(0, 8) + "\\n" + standard.substring(8) + "\\r\\n");
    }

    static ChatRequest read(String door, String json) throws InvalidBody {
        return Objects.requireNonNull(DOORS.get(door))
                .chat(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8), "m", false);
    }

    private static ChatRequest shown(String door, String part) throws InvalidBody {
        return read(door, Objects.requireNonNull(AROUND.get(door)).replace("#", part));
    }

    static Worded word(ProviderDialect provider, ChatRequest asked) throws NotTranslatable {
        return provider.chat(asked, new ModelTarget("m", ModelTraits.UNKNOWN));
    }

    private static Worded word(String provider, ChatRequest asked) throws NotTranslatable {
        return word(Objects.requireNonNull(PROVIDERS.get(provider)), asked);
    }

    private static String text(Worded worded) {
        return new String(worded.body(), StandardCharsets.UTF_8);
    }

    /// `#` is the data; what is said of it is wrong, missing or unusual in each.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock =
                    """
                    chat | {'type':'image_url','image_url':{'url':'data:image/jpg;base64,#'}}
                    chat | {'type':'image_url','image_url':{'url':'data:;base64,#'}}
                    chat | {'type':'image_url','image_url':'data:application/octet-stream;base64,#'}
                    chat | {'type':'image_url','image_url':{'url':'#'}}
                    chat | {'type':'file','file':{'filename':'a','file_data':'data:application/pdf;base64,#'}}
                    chat | {'type':'file','file':{'file_data':'#'}}
                    responses | {'type':'input_image','image_url':'data:image/webp;base64,#'}
                    responses | {'type':'input_file','filename':'a.pdf','file_data':'#'}
                    anthropic | {'type':'image','source':{'type':'base64','media_type':'image/jpg','data':'#'}}
                    anthropic | {'type':'image','source':{'type':'base64','data':'#'}}
                    anthropic | {'type':'image','source':{'type':'base64','media_type':'image/jpeg','data':'data:image/jpeg;base64,#'}}
                    gemini | {'inlineData':{'mimeType':'application/octet-stream','data':'#'}}
                    gemini | {'inline_data':{'mime_type':'image/jpeg','data':'#'}}
                    gemini | {'inlineData':{'data':'#'}}
                    ollama | 'images':['#']
                    ollama | 'images':['data:image/jpg;base64,#']
                    generate | 'images':['#']
                    own | {'type':'image','url':'data:image/jpg;base64,#'}
                    """)
    void an_image_is_what_its_bytes_say_in_the_standard_base64(String door, String part)
            throws Exception {
        for (String written : writings(PNG)) {
            ChatRequest asked = shown(door, part.replace("#", written));

            for (var provider : PROVIDERS.entrySet()) {
                String sent = text(word(provider.getValue(), asked));
                assertThat(sent).as(provider.getKey()).contains(PNG);
                if (!provider.getKey().equals("ollama")) {
                    assertThat(sent).as(provider.getKey()).contains("image/png");
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock =
                    """
                    chat | {'type':'image_url','image_url':{'url':'data:application/pdf;base64,#'}}
                    chat | {'type':'file','file':{'filename':'a.pdf','file_data':'data:application/octet-stream;base64,#'}}
                    chat | {'type':'file','file':{'filename':'a.pdf','file_data':'#'}}
                    responses | {'type':'input_file','filename':'a','file_data':'data:;base64,#'}
                    anthropic | {'type':'document','source':{'type':'base64','media_type':'application/octet-stream','data':'#'}}
                    gemini | {'inlineData':{'mimeType':'','data':'#'}}
                    own | {'type':'document','url':'data:application/x-pdf;base64,#'}
                    """)
    void a_pdf_is_one_whatever_it_is_called(String door, String part) throws Exception {
        for (String written : writings(PDF)) {
            ChatRequest asked = shown(door, part.replace("#", written));

            for (String provider : List.of("openai", "responses", "anthropic", "gemini")) {
                assertThat(text(word(provider, asked)))
                        .as(provider)
                        .contains(PDF)
                        .contains("application/pdf");
            }
            assertThat(refusals(asked)).containsExactly("ollama");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock =
                    """
                    chat | {'type':'input_audio','input_audio':{'data':'#','format':'mp3'}}
                    chat | {'type':'input_audio','input_audio':{'data':'#'}}
                    chat | {'type':'input_audio','input_audio':{'data':'data:audio/wave;base64,#'}}
                    responses | {'type':'input_audio','input_audio':{'data':'#','format':'mp3'}}
                    gemini | {'inlineData':{'mimeType':'audio/mp3','data':'#'}}
                    own | {'type':'audio','url':'data:;base64,#'}
                    """)
    void sound_is_what_its_bytes_say(String door, String part) throws Exception {
        for (String written : writings(WAV)) {
            ChatRequest asked = shown(door, part.replace("#", written));

            assertThat(text(word("openai", asked))).contains(WAV).contains("\"wav\"");
            assertThat(text(word("gemini", asked))).contains(WAV).contains("audio/wav");
            assertThat(refusals(asked)).containsExactly("anthropic", "ollama", "responses");
        }
        ChatRequest mp3 = shown(door, part.replace("#", MP3));
        assertThat(text(word("openai", mp3))).contains("\"mp3\"");
    }

    private static Set<String> refusals(ChatRequest asked) {
        var refused = new TreeSet<String>();
        PROVIDERS.forEach((name, provider) -> {
            try {
                word(provider, asked);
            } catch (NotTranslatable _) {
                refused.add(name);
            }
        });
        return refused;
    }

    /// Every kind of part of every door's: each provider gets all of it, or nobody asks it. `MARK` is
    /// what the model was to see.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock =
                    """
                    chat | {'type':'video_url','video_url':{'url':'https://MARK.example/v.mp4'}}
                    chat | {'type':'video_url','video_url':{'url':'data:video/mp4;base64,MARK'}}
                    chat | {'type':'input_video','input_video':{'data':'MARK'}}
                    chat | {'type':'video','video':'https://MARK.example'}
                    chat | {'type':'document','document':{'x':'MARK'}}
                    chat | {'type':'file','file':{'file_id':'file-MARK'}}
                    chat | {'type':'file','file':{'file_data':'data:application/zip;base64,MARK'}}
                    chat | {'type':'file','file':{'file_data':'https://MARK.example/a.pdf'}}
                    chat | {'type':'image_url','image_url':{'url':'https://MARK.example/a.png'}}
                    chat | {'type':'input_audio','input_audio':{'data':'MARK','format':'flac'}}
                    chat | {'type':'text','text':'MARK'}
                    responses | {'type':'input_file','file_id':'file-MARK'}
                    responses | {'type':'input_file','file_url':'https://MARK.example/a.pdf'}
                    responses | {'type':'input_image','file_id':'file-MARK'}
                    responses | {'type':'input_image','image_url':'https://MARK.example/a.png'}
                    anthropic | {'type':'document','source':{'type':'content','content':[{'type':'text','text':'MARK'}]}}
                    anthropic | {'type':'document','source':{'type':'text','media_type':'text/plain','data':'MARK'}}
                    anthropic | {'type':'document','source':{'type':'url','url':'https://MARK.example/a.pdf'}}
                    anthropic | {'type':'document','source':{'type':'file','file_id':'MARK'}}
                    anthropic | {'type':'image','source':{'type':'file','file_id':'MARK'}}
                    anthropic | {'type':'container_upload','file_id':'MARK'}
                    anthropic | {'type':'search_result','source':'s','title':'t','content':[{'type':'text','text':'MARK'}]}
                    gemini | {'fileData':{'mimeType':'video/mp4','fileUri':'https://MARK.example/v.mp4'}}
                    gemini | {'fileData':{'fileUri':'https://www.youtube.com/watch?v=MARK'}}
                    gemini | {'inlineData':{'mimeType':'video/mp4','data':'MARK'}}
                    gemini | {'inlineData':{'mimeType':'application/zip','data':'MARK'}}
                    gemini | {'fileData':{'mimeType':'audio/ogg','fileUri':'https://MARK.example/a'}}
                    gemini | {'fileData':{'mimeType':'application/pdf','fileUri':'https://generativelanguage.googleapis.com/v1beta/files/MARK'}}
                    gemini | {'inlineData':{'mimeType':'video/mp4','data':'MARK'},'videoMetadata':{'fps':1}}
                    own | {'type':'document','url':'https://MARK.example/a.pdf'}
                    own | {'type':'audio','url':'https://MARK.example/a.mp3'}
                    """)
    void what_is_shown_is_carried_or_refused(String door, String part) throws Exception {
        ChatRequest asked = shown(door, part + (door.equals("gemini") ? ",{'text':'?'}" : ""));

        PROVIDERS.forEach((name, provider) -> {
            try {
                assertThat(text(word(provider, asked))).as(name).containsAnyOf("MARK", "TUFSSw==");
            } catch (NotTranslatable refused) {
                assertThat(refused.message()).as(name).isNotBlank();
            }
        });
    }

    @Test
    void a_video_in_a_chat_reaches_who_can_see_it() throws Exception {
        ChatRequest inline =
                shown(
                        "chat",
                        "{'type':'video_url','video_url':{'url':'data:video/mp4;base64,AAAA'}}");
        ChatRequest watched =
                shown("chat", "{'type':'video_url','video_url':{'url':'https://youtu.be/x'}}");

        assertThat(text(word("gemini", inline)))
                .contains("{\"inlineData\":{\"mimeType\":\"video/mp4\",\"data\":\"AAAA\"}}");
        assertThat(text(word("gemini", watched)))
                .contains("{\"fileData\":{\"fileUri\":\"https://youtu.be/x\"}}");
        assertThat(refusals(inline)).containsExactly("anthropic", "ollama", "responses");
    }

    /// What is in no known kind and no text is not base64 of anything.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'type':'image_url','image_url':{'url':'data:image/png;base64,no base64!'}}",
                "{'type':'image_url','image_url':{'url':'no address'}}",
                "{'type':'input_audio','input_audio':{'data':'!','format':'wav'}}"
            })
    void what_is_no_base64_is_named(String part) {
        assertThatThrownBy(() -> shown("chat", part)).isInstanceOf(InvalidBody.class);
    }

    /// What a provider did for another's client is left out by name: the conversation goes on.
    @Test
    void what_a_provider_did_itself_is_left_out() throws Exception {
        ChatRequest asked =
                read(
                        "anthropic",
                        "{'max_tokens':99,'messages':[{'role':'user','content':'a'},{'role':'assistant',"
                                + "'content':[{'type':'server_tool_use','id':'s','name':'web_search',"
                                + "'input':{}},{'type':'web_search_tool_result','tool_use_id':'s',"
                                + "'content':[]},{'type':'text','text':'b'}]},"
                                + "{'role':'user','content':'c'}]}");

        for (String provider : List.of("openai", "responses", "gemini", "ollama")) {
            assertThat(word(provider, asked).dropped())
                    .as(provider)
                    .containsExactly("server_tool_use", "web_search_tool_result");
        }
    }
}
