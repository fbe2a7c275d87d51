import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.HttpURLConnection;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Settles bills in the sandbox, as the till of a hospital would: Java 8 or later, nothing but its own library.
 *
 * <pre>
 *   gongji sandbox                                    # in another window
 *   javac Settle.java &amp;&amp; java Settle [ADDRESS [TOKEN]]   # or GONGJI_URL and GONGJI_TOKEN
 * </pre>
 *
 * What a till has to get right: a key for each bill that is kept until the answer is there; after silence the same
 * message under the same key; a refusal is shown with what can be done, and never tried again unchanged.
 */
public final class Settle {
    private static final String ADDRESS = "http://127.0.0.1:8400";
    /** The sandbox's hospital T-HOSP-OK; on a server {@code gongji access token} makes one. */
    private static final String TOKEN = "gongji_0000000000000000000000000000000000000000000000000000000000000004";
    private static final String INSTITUTION = "1";
    /** T-BEN-OK, whose sponsor can pay, and T-BEN-SPLIT, whose two sponsors have too little each. */
    private static final String PAID_FOR = "P2";
    private static final String NOT_PAID_FOR = "P8";
    /** Milliseconds to wait for an answer, and how often a message is sent at most. */
    private static final int PATIENCE = 3_000;
    private static final int TRIES = 5;

    private final PrintStream out;
    private final String address;
    private final String token;

    private Settle(PrintStream out, String address, String token) {
        this.out = out;
        this.address = address.replaceAll("/+$", "");
        this.token = token;
    }

    /** An answer. */
    private static final class Answer {
        final int status;
        final byte[] sent;
        final boolean replayed;

        Answer(int status, byte[] sent, boolean replayed) {
            this.status = status;
            this.sent = sent;
            this.replayed = replayed;
        }

        /**
         * A text of the document by its name, the first there is; null if there is none. Enough for this example: a till
         * has a reader of JSON already.
         */
        String text(String name) {
            String document = new String(sent, StandardCharsets.UTF_8);
            Matcher found = Pattern.compile("\"" + name + "\":\\s*\"((?:[^\"\\\\]|\\\\.)*)\"").matcher(document);
            return found.find() ? found.group(1).replaceAll("\\\\(.)", "$1") : null;
        }

        /** Whether a yes or no of the document is yes. */
        boolean isSet(String name) {
            return new String(sent, StandardCharsets.UTF_8).matches("(?s).*\"" + name + "\":\\s*true.*");
        }
    }

    /** The server said no, and why: an application/problem+json document. */
    private static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;
        final transient Answer answer;

        Refused(Answer answer) {
            super(answer.status + " " + answer.text("code"));
            this.answer = answer;
        }
    }

    /** No answer came, or none that is final. Whether the bill is settled nobody knows here: send the same again. */
    private static final class Silence extends Exception {
        private static final long serialVersionUID = 1L;

        Silence(String why) {
            super(why);
        }
    }

    /** What is done between two tries. */
    private interface Meanwhile {
        void run() throws Refused, Silence;
    }

    /** A real till waits a little here, and longer each time. */
    private static final Meanwhile NOTHING = () -> { };

    /** One message. */
    private Answer ask(String verb, String path, String body, String key) throws Refused, Silence {
        Answer answer;
        try {
            HttpURLConnection line = (HttpURLConnection) new URL(address + path).openConnection();
            line.setRequestMethod(verb);
            line.setConnectTimeout(PATIENCE);
            line.setReadTimeout(PATIENCE);
            line.setRequestProperty("Authorization", "Bearer " + token);
            if (key != null) {
                line.setRequestProperty("Idempotency-Key", key);
            }
            if (!verb.equals("GET")) {
                line.setDoOutput(true);
                line.setRequestProperty("Content-Type", "application/json");
                // Where a line breaks this class may send a message a second time by itself: the key makes that harmless.
                line.getOutputStream().write(body.getBytes(StandardCharsets.UTF_8));
            }
            int status = line.getResponseCode();
            boolean replayed = "true".equals(line.getHeaderField("Idempotent-Replayed"));
            answer = new Answer(status, all(status < 400 ? line.getInputStream() : line.getErrorStream()), replayed);
        } catch (IOException error) {
            throw new Silence(error.getMessage());
        }
        if (answer.status >= 500) {
            throw new Silence(String.valueOf(answer.status));
        }
        if (answer.status >= 400) {
            throw new Refused(answer);
        }
        return answer;
    }

    private static byte[] all(InputStream stream) throws IOException {
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        byte[] piece = new byte[4096];
        for (int length = stream.read(piece); length >= 0; length = stream.read(piece)) {
            read.write(piece, 0, length);
        }
        return read.toByteArray();
    }

    /** The same message under the same key until there is an answer: it counts once, however often it arrives. */
    private Answer write(String path, String body, String key, Meanwhile betweenTries) throws Refused, Silence {
        for (int tries = 0; tries < TRIES; tries++) {
            try {
                return ask("POST", path, body, key);
            } catch (Silence silence) {
                out.println("  no answer (" + silence.getMessage() + "): the same again");
                betweenTries.run();
            }
        }
        throw new Silence(TRIES + " tries: keep the key " + key + " and try later");
    }

    /** Amounts are text with two decimals: no double ever comes near money. */
    private static String billOf(String patient, String yuan) {
        return "{\"patient\": \"" + patient + "\", \"kind\": \"outpatient\", \"parts\": {\"copay\": \"" + yuan + "\"}}";
    }

    /** What the cashier reads. */
    private void show(Answer settled) {
        out.println("  own " + settled.text("own") + "  aid " + settled.text("aid") + "  wallet "
                + settled.text("wallet") + "  cash " + settled.text("cash"));
        if (settled.text("code") != null) {
            out.println("  " + settled.text("code") + ": " + settled.text("text"));
        }
    }

    private static void must(boolean holds, String what) {
        if (!holds) {
            throw new IllegalStateException(what);
        }
    }

    private void run() throws Refused, Silence {
        // One for each bill, written down before the bill is sent. The till's own number of the bill would do.
        String key = "JAVA-" + UUID.randomUUID().toString().replace("-", "");

        out.println("is anybody ready to pay for her?");
        String whom = "?patient=" + PAID_FOR + "&institution=" + INSTITUTION + "&purpose=outpatient";
        out.println(ask("GET", "/v1/eligibility" + whom, null, null).isSet("ready") ? "  ready" : "  not ready");

        out.println("her bill");
        Answer settled = write("/v1/settlements", billOf(PAID_FOR, "100.00"), key, NOTHING);
        show(settled);

        out.println("the same message again");
        Answer again = write("/v1/settlements", billOf(PAID_FOR, "100.00"), key, NOTHING);
        must(Arrays.equals(again.sent, settled.sent) && again.replayed, "a repeat has the first answer");
        out.println("  the same answer");

        out.println("another bill under the same key");
        refuse(key);

        out.println("a bill that nobody can pay alone");
        Answer unpaid = write("/v1/settlements", billOf(NOT_PAID_FOR, "100.00"), key + "-none", NOTHING);
        show(unpaid);

        out.println("a bill whose answer is lost");
        lines("lost");
        Answer found = write("/v1/settlements", billOf(PAID_FOR, "50.00"), key + "-lost", () -> lines("none"));
        must(found.replayed, "it was settled the first time");
        show(found);

        out.println("all of them undone");
        for (Answer one : new Answer[] {settled, unpaid, found}) {
            undo(one.text("id"));
        }
    }

    private void refuse(String key) throws Silence {
        try {
            write("/v1/settlements", billOf(PAID_FOR, "90.00"), key, NOTHING);
            throw new IllegalStateException("a changed repeat is refused");
        } catch (Refused refused) {
            Answer problem = refused.answer;
            out.println("  " + problem.status + " " + problem.text("code") + " at " + problem.text("field") + ": "
                    + problem.text("title") + " " + problem.text("remedy"));
        }
    }

    /** What the lines of the sandbox do from now on. */
    private void lines(String answers) throws Refused, Silence {
        ask("PUT", "/sandbox/faults", "{\"answers\": \"" + answers + "\"}", null);
    }

    private void undo(String id) throws Refused, Silence {
        Answer undone = write("/v1/settlements/" + id + "/reversal", "", id + "-R", NOTHING);
        Answer stands = ask("GET", "/v1/settlements/" + id, null, null);
        must("reversed".equals(undone.text("outcome")) && "reversed".equals(stands.text("state")), "it is undone");
        out.println("  reversed");
    }

    private static String given(String[] arguments, int place, String name, String otherwise) {
        String named = System.getenv(name);
        return arguments.length > place ? arguments[place] : named != null ? named : otherwise;
    }

    public static void main(String[] arguments) throws Exception {
        PrintStream out = new PrintStream(System.out, true, "UTF-8");
        String address = given(arguments, 0, "GONGJI_URL", ADDRESS);
        try {
            new Settle(out, address, given(arguments, 1, "GONGJI_TOKEN", TOKEN)).run();
        } catch (Refused refused) {
            out.println("refused: " + new String(refused.answer.sent, StandardCharsets.UTF_8));
            System.exit(1);
        } catch (Silence silence) {
            out.println("no answer: " + silence.getMessage());
            System.exit(1);
        }
    }
}
