package dev.switchgear.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.switchgear.dialects.json.Json;
import dev.switchgear.server.door.RawClient;
import dev.switchgear.server.door.RawSocket;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/// Every way in which a turn of Responses is asked for: what holds for a turn holds in each of them.
enum Asking {
    PLAIN,
    STREAMED,
    BACKGROUND,
    SOCKET;

    private static final String PATH = "/v1/responses";

    /// What came of it.
    ///
    /// @param status as HTTP has it
    /// @param response the answer's object, or what holds the error
    /// @param text all that was told
    record Told(int status, JsonNode response, String text) {
        String id() {
            return response.path("id").stringValue("");
        }

        String says() {
            return response.path("status").stringValue("");
        }

        String code() {
            return response.path("error").path("code").stringValue("");
        }
    }

    /// A turn that is under way while nobody has heard its end.
    interface UnderWay {
        /// Its client wants nothing of it any more, or is gone.
        void leave();
    }

    /// Those in which a client waits for its answer.
    static Stream<Asking> waitedFor() {
        return Stream.of(PLAIN, STREAMED, SOCKET);
    }

    /// Asks, and waits until it is over.
    ///
    /// @param fields of the request, without what says how it is asked
    Told ask(ScriptedHouse house, String fields) {
        return switch (this) {
            case PLAIN -> told(house.post(PATH, body(fields)));
            case STREAMED -> streamed(house.post(PATH, body(fields)));
            case BACKGROUND -> polled(house, house.post(PATH, body(fields)));
            case SOCKET -> {
                try (var socket = new RawSocket(house.port(), PATH)) {
                    socket.text(body(fields));
                    var texts = new ArrayList<String>();
                    while (!ends(texts)) {
                        texts.add(socket.next().text());
                    }
                    yield last(texts);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        };
    }

    /// Asks, and does not wait.
    UnderWay begin(ScriptedHouse house, String fields) {
        try {
            return switch (this) {
                case PLAIN, STREAMED -> {
                    byte[] body = body(fields).getBytes(StandardCharsets.UTF_8);
                    var client = new RawClient(house.port());
                    client.send(
                            "POST "
                                    + PATH
                                    + " HTTP/1.1\r\nhost: localhost\r\ncontent-type:"
                                    + " application/json\r\ncontent-length: "
                                    + body.length
                                    + "\r\n\r\n");
                    client.send(body);
                    yield () -> hangUp(client);
                }
                case BACKGROUND -> {
                    String id = told(house.post(PATH, body(fields))).id();
                    yield () -> told(house.post(PATH + '/' + id + "/cancel", ""));
                }
                case SOCKET -> {
                    var socket = new RawSocket(house.port(), PATH);
                    socket.text(body(fields));
                    yield () -> hangUp(socket.client());
                }
            };
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void hangUp(RawClient client) {
        try {
            client.hangUp();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String body(String fields) {
        return switch (this) {
            case PLAIN -> '{' + fields + '}';
            case STREAMED -> '{' + fields + ",\"stream\":true}";
            case BACKGROUND -> '{' + fields + ",\"background\":true}";
            case SOCKET -> "{\"type\":\"response.create\"," + fields + '}';
        };
    }

    private static Told told(HttpResponse<String> came) {
        return new Told(came.statusCode(), Json.read(came.body()), came.body());
    }

    private static Told streamed(HttpResponse<String> came) {
        return came.statusCode() == 200 ? last(events(came.body())) : told(came);
    }

    private static List<String> events(String stream) {
        return stream.lines()
                .filter(line -> line.startsWith("data: {"))
                .map(line -> line.substring(6))
                .toList();
    }

    private static boolean ends(List<String> texts) {
        return !texts.isEmpty()
                && switch (Json.read(texts.getLast()).path("type").stringValue("")) {
                    case "response.completed", "response.incomplete", "response.failed", "error" ->
                            true;
                    default -> false;
                };
    }

    private static Told last(List<String> texts) {
        JsonNode end = Json.read(texts.getLast());
        return new Told(
                end.path("status").intValue(200),
                end.has("response") ? end.path("response") : end,
                String.join("\n", texts));
    }

    private static Told polled(ScriptedHouse house, HttpResponse<String> came) {
        Told told = told(came);
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (told.says().equals("queued") || told.says().equals("in_progress")) {
            assertThat(System.nanoTime()).as(told.text()).isLessThan(end);
            told = told(house.get(PATH + '/' + told.id()));
        }
        return told;
    }
}
