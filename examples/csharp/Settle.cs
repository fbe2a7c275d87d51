using System;
using System.IO;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;

/// <summary>
/// Settles bills in the sandbox, as the till of a hospital would: .NET Framework 4.5 or later, or Mono, nothing but its
/// own library.
///
///   gongji sandbox                                     (in another window)
///   csc Settle.cs &amp;&amp; Settle.exe [ADDRESS [TOKEN]]      (or GONGJI_URL and GONGJI_TOKEN)
///
/// What a till has to get right: a key for each bill that is kept until the answer is there; after silence the same
/// message under the same key; a refusal is shown with what can be done, and never tried again unchanged.
/// </summary>
public sealed class Settle
{
    private const string Address = "http://127.0.0.1:8400";
    // The sandbox's hospital T-HOSP-OK; on a server `gongji access token` makes one.
    private const string Token = "gongji_0000000000000000000000000000000000000000000000000000000000000004";
    private const string Institution = "1";
    // T-BEN-OK, whose sponsor can pay, and T-BEN-SPLIT, whose two sponsors have too little each.
    private const string PaidFor = "P2";
    private const string NotPaidFor = "P8";
    // Milliseconds to wait for an answer, and how often a message is sent at most.
    private const int Patience = 3000;
    private const int Tries = 5;

    private readonly string address;
    private readonly string token;

    private Settle(string address, string token)
    {
        this.address = address.TrimEnd('/');
        this.token = token;
    }

    /// <summary>An answer.</summary>
    private sealed class Answer
    {
        public int Status;
        public string Sent;
        public bool Replayed;

        /// <summary>
        /// A text of the document by its name, the first there is; null if there is none. Enough for this example: a till
        /// has a reader of JSON already.
        /// </summary>
        public string Text(string name)
        {
            Match found = Regex.Match(Sent, "\"" + name + "\":\\s*\"((?:[^\"\\\\]|\\\\.)*)\"");
            return found.Success ? Regex.Replace(found.Groups[1].Value, "\\\\(.)", "$1") : null;
        }

        /// <summary>Whether a yes or no of the document is yes.</summary>
        public bool IsSet(string name)
        {
            return Regex.IsMatch(Sent, "\"" + name + "\":\\s*true");
        }
    }

    /// <summary>The server said no, and why: an application/problem+json document.</summary>
    private sealed class Refused : Exception
    {
        public readonly Answer Why;

        public Refused(Answer why) : base(why.Status + " " + why.Text("code"))
        {
            Why = why;
        }
    }

    /// <summary>
    /// No answer came, or none that is final. Whether the bill is settled nobody knows here: send the same again.
    /// </summary>
    private sealed class Silence : Exception
    {
        public Silence(string why) : base(why)
        {
        }
    }

    /// <summary>One message.</summary>
    private Answer Ask(string verb, string path, string body, string key)
    {
        HttpWebRequest line = (HttpWebRequest)WebRequest.Create(address + path);
        line.Method = verb;
        line.Timeout = Patience;
        line.ReadWriteTimeout = Patience;
        line.ServicePoint.Expect100Continue = false;
        line.Headers["Authorization"] = "Bearer " + token;
        if (key != null)
        {
            line.Headers["Idempotency-Key"] = key;
        }
        Answer answer;
        try
        {
            if (verb != "GET")
            {
                Send(line, body);
            }
            answer = AnswerOf(line);
        }
        catch (IOException error)
        {
            throw new Silence(error.Message);
        }
        catch (WebException error)
        {
            throw new Silence(error.Message);
        }
        if (answer.Status >= 500)
        {
            throw new Silence(answer.Status.ToString());
        }
        if (answer.Status >= 400)
        {
            throw new Refused(answer);
        }
        return answer;
    }

    private static void Send(HttpWebRequest line, string body)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(body);
        line.ContentType = "application/json";
        line.ContentLength = bytes.Length;
        using (Stream stream = line.GetRequestStream())
        {
            stream.Write(bytes, 0, bytes.Length);
        }
    }

    /// <summary>A refusal comes as an exception that has an answer; silence as one that has none.</summary>
    private static Answer AnswerOf(HttpWebRequest line)
    {
        HttpWebResponse response;
        try
        {
            response = (HttpWebResponse)line.GetResponse();
        }
        catch (WebException error)
        {
            response = error.Response as HttpWebResponse;
            if (response == null)
            {
                throw;
            }
        }
        using (response)
        using (StreamReader reader = new StreamReader(response.GetResponseStream(), Encoding.UTF8))
        {
            Answer answer = new Answer();
            answer.Status = (int)response.StatusCode;
            answer.Sent = reader.ReadToEnd();
            answer.Replayed = response.Headers["Idempotent-Replayed"] == "true";
            return answer;
        }
    }

    /// <summary>
    /// The same message under the same key until there is an answer: it counts once, however often it arrives.
    /// </summary>
    private Answer Write(string path, string body, string key, Action betweenTries)
    {
        for (int tries = 0; tries < Tries; tries++)
        {
            try
            {
                return Ask("POST", path, body, key);
            }
            catch (Silence silence)
            {
                Console.WriteLine("  no answer (" + silence.Message + "): the same again");
                betweenTries();
            }
        }
        throw new Silence(Tries + " tries: keep the key " + key + " and try later");
    }

    /// <summary>A real till waits a little here, and longer each time.</summary>
    private static void Nothing()
    {
    }

    /// <summary>Amounts are text with two decimals: no double ever comes near money.</summary>
    private static string BillOf(string patient, string yuan)
    {
        return "{\"patient\": \"" + patient + "\", \"kind\": \"outpatient\", \"parts\": {\"copay\": \"" + yuan + "\"}}";
    }

    /// <summary>What the cashier reads.</summary>
    private static void Show(Answer settled)
    {
        Console.WriteLine("  own " + settled.Text("own") + "  aid " + settled.Text("aid") + "  wallet "
            + settled.Text("wallet") + "  cash " + settled.Text("cash"));
        if (settled.Text("code") != null)
        {
            Console.WriteLine("  " + settled.Text("code") + ": " + settled.Text("text"));
        }
    }

    private static void Must(bool holds, string what)
    {
        if (!holds)
        {
            throw new InvalidOperationException(what);
        }
    }

    private void Run()
    {
        // One for each bill, written down before the bill is sent. The till's own number of the bill would do.
        string key = "CS-" + Guid.NewGuid().ToString("N");

        Console.WriteLine("is anybody ready to pay for her?");
        string whom = "?patient=" + PaidFor + "&institution=" + Institution + "&purpose=outpatient";
        Console.WriteLine(Ask("GET", "/v1/eligibility" + whom, null, null).IsSet("ready") ? "  ready" : "  not ready");

        Console.WriteLine("her bill");
        Answer settled = Write("/v1/settlements", BillOf(PaidFor, "100.00"), key, Nothing);
        Show(settled);

        Console.WriteLine("the same message again");
        Answer again = Write("/v1/settlements", BillOf(PaidFor, "100.00"), key, Nothing);
        Must(again.Sent == settled.Sent && again.Replayed, "a repeat has the first answer");
        Console.WriteLine("  the same answer");

        Console.WriteLine("another bill under the same key");
        Refuse(key);

        Console.WriteLine("a bill that nobody can pay alone");
        Answer unpaid = Write("/v1/settlements", BillOf(NotPaidFor, "100.00"), key + "-none", Nothing);
        Show(unpaid);

        Console.WriteLine("a bill whose answer is lost");
        Lines("lost");
        Answer found = Write("/v1/settlements", BillOf(PaidFor, "50.00"), key + "-lost", () => Lines("none"));
        Must(found.Replayed, "it was settled the first time");
        Show(found);

        Console.WriteLine("all of them undone");
        foreach (Answer one in new[] { settled, unpaid, found })
        {
            Undo(one.Text("id"));
        }
    }

    private void Refuse(string key)
    {
        try
        {
            Write("/v1/settlements", BillOf(PaidFor, "90.00"), key, Nothing);
        }
        catch (Refused refused)
        {
            Answer problem = refused.Why;
            Console.WriteLine("  " + problem.Status + " " + problem.Text("code") + " at " + problem.Text("field") + ": "
                + problem.Text("title") + " " + problem.Text("remedy"));
            return;
        }
        throw new InvalidOperationException("a changed repeat is refused");
    }

    /// <summary>What the lines of the sandbox do from now on.</summary>
    private void Lines(string answers)
    {
        Ask("PUT", "/sandbox/faults", "{\"answers\": \"" + answers + "\"}", null);
    }

    private void Undo(string id)
    {
        Answer undone = Write("/v1/settlements/" + id + "/reversal", "", id + "-R", Nothing);
        Answer stands = Ask("GET", "/v1/settlements/" + id, null, null);
        Must(undone.Text("outcome") == "reversed" && stands.Text("state") == "reversed", "it is undone");
        Console.WriteLine("  reversed");
    }

    private static string Given(string[] arguments, int place, string name, string otherwise)
    {
        string named = Environment.GetEnvironmentVariable(name);
        return arguments.Length > place ? arguments[place] : named ?? otherwise;
    }

    public static int Main(string[] arguments)
    {
        Console.OutputEncoding = new UTF8Encoding(false);
        string address = Given(arguments, 0, "GONGJI_URL", Address);
        try
        {
            new Settle(address, Given(arguments, 1, "GONGJI_TOKEN", Token)).Run();
            return 0;
        }
        catch (Refused refused)
        {
            Console.WriteLine("refused: " + refused.Why.Sent);
        }
        catch (Silence silence)
        {
            Console.WriteLine("no answer: " + silence.Message);
        }
        return 1;
    }
}
