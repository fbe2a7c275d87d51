//! Where a webhook may go: a URL that says https and nothing secret, at an address of the open internet.
//!
//! Invariants: every address that a name has is looked at, and the connection goes to one of those, so that a name which
//! means another address a moment later leads nowhere; one address that is refused refuses all of them. Deliberately
//! absent: a list of hosts. Whoever registers a webhook decides whom he trusts.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use hyper::Uri;

/// The longest URL, in bytes.
const LONGEST: usize = 1_000;
/// The port of https, where none is said.
const HTTPS: u16 = 443;
/// Ports above this one belong to no service that is there on every machine.
const FIRST_FREE: u16 = 1_025;

/// Which networks may be called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// The open internet alone.
    Public,
    /// Networks of one's own, and this machine, too.
    Private,
}

/// Where a webhook goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// A name or an address, without brackets.
    pub host: String,
    /// The port.
    pub port: u16,
    /// Host and port as a request names them.
    pub authority: String,
    /// Path and query.
    pub path: String,
}

impl Target {
    /// Reads a URL.
    ///
    /// # Errors
    /// What is wrong with it, and what to write.
    pub fn parse(url: &str) -> Result<Self, &'static str> {
        if url.len() > LONGEST {
            return Err("网址太长，最多 1000 字节 the URL is too long: 1000 bytes at most");
        }
        if url.contains('#') || !url.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err("网址里不能有空格、# 和非 ASCII 字符 no blanks, no # and nothing but ASCII in a URL");
        }
        let rest = url.strip_prefix("https://").ok_or("写成 https://主机/路径 write https://HOST/PATH")?;
        let uri: Uri = url.parse().map_err(|_| "这不是网址 this is no URL")?;
        let authority = uri.authority().ok_or("没有主机 there is no host")?.as_str().to_owned();
        if authority.contains('@') || rest.split(['/', '?']).next().is_some_and(|place| place.contains('@')) {
            return Err("网址里不能有用户名和密码 no user and no password in a URL");
        }
        let host = uri.host().unwrap_or_default().trim_start_matches('[').trim_end_matches(']').to_owned();
        if host.is_empty() {
            return Err("没有主机 there is no host");
        }
        // A port that is no number of sixteen bits is not read, and then not there.
        let says_port = authority.rsplit(']').next().is_some_and(|after| after.contains(':'));
        let port = uri.port_u16().or((!says_port).then_some(HTTPS)).unwrap_or_default();
        if port != HTTPS && port < FIRST_FREE {
            return Err("端口只能是 443，或者大于 1024 the port has to be 443, or above 1024");
        }
        let path = uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
        Ok(Self { host, port, authority, path })
    }

    /// The addresses of the host, all of which may be called.
    ///
    /// # Errors
    /// That the host has no address, or one that may not be called.
    pub async fn addresses(&self, reach: Reach) -> Result<Vec<SocketAddr>, String> {
        let found = tokio::net::lookup_host((self.host.as_str(), self.port)).await;
        let found: Vec<SocketAddr> = found.map_err(|_| "the host has no address".to_owned())?.collect();
        if found.is_empty() {
            return Err("the host has no address".to_owned());
        }
        match found.iter().find_map(|address| refused(address.ip(), reach)) {
            Some(why) => Err(format!("the host has an address that is not called: {why}")),
            None => Ok(found),
        }
    }
}

/// Why an address is not called; nothing if it may be.
pub fn refused(address: IpAddr, reach: Reach) -> Option<&'static str> {
    let why = match address {
        IpAddr::V4(four) => refused_four(four),
        IpAddr::V6(six) => refused_six(six),
    }?;
    let of_ones_own = ["private", "loopback", "link-local"].contains(&why);
    (reach == Reach::Public || !of_ones_own).then_some(why)
}

/// As IANA's register of special addresses has it.
const fn refused_four(address: Ipv4Addr) -> Option<&'static str> {
    Some(match address.octets() {
        [0, ..] => "this network",
        [10, ..] | [172, 16..=31, ..] | [192, 168, ..] => "private",
        [100, 64..=127, ..] => "shared by carriers",
        [127, ..] => "loopback",
        [169, 254, ..] => "link-local",
        [192, 0, 0, _] | [192, 88, 99, _] => "protocols",
        [192, 0, 2, _] | [198, 51, 100, _] | [203, 0, 113, _] => "documentation",
        [198, 18..=19, ..] => "benchmarks",
        [224..=239, ..] => "multicast",
        [240..=255, ..] => "reserved",
        _ => return None,
    })
}

/// What is given out to the world is 2000::/3, and not all of that; what holds an address of the fourth version in it is not
/// called by that either.
const fn refused_six(address: Ipv6Addr) -> Option<&'static str> {
    Some(match address.segments() {
        [0, 0, 0, 0, 0, 0, 0, 1] => "loopback",
        [0xfc00..=0xfdff, ..] => "private",
        [0xfe80..=0xfebf, ..] => "link-local",
        [0xff00..=0xffff, ..] => "multicast",
        [0x2001, 0x0db8, ..] | [0x3fff, 0..=0x0fff, ..] => "documentation",
        [0x2001, 0..=0x01ff, ..] | [0x2002, ..] => "protocols",
        [0x2000..=0x3fff, ..] => return None,
        _ => "reserved",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_address_is_called_that_is_not_of_the_open_internet() {
        for (address, public, private) in [
            ("1.1.1.1", true, true),
            ("223.5.5.5", true, true),
            ("192.0.1.1", true, true),
            ("172.32.0.1", true, true),
            ("100.128.0.1", true, true),
            ("2400:3200::1", true, true),
            ("10.1.2.3", false, true),
            ("172.16.0.1", false, true),
            ("172.31.255.255", false, true),
            ("192.168.1.1", false, true),
            ("127.0.0.1", false, true),
            ("127.255.0.1", false, true),
            ("169.254.169.254", false, true),
            ("::1", false, true),
            ("fd00::1", false, true),
            ("fe80::1", false, true),
            ("0.0.0.0", false, false),
            ("100.64.0.1", false, false),
            ("192.0.0.8", false, false),
            ("192.0.2.1", false, false),
            ("192.88.99.1", false, false),
            ("198.18.0.1", false, false),
            ("198.51.100.7", false, false),
            ("203.0.113.9", false, false),
            ("224.0.0.1", false, false),
            ("255.255.255.255", false, false),
            ("::", false, false),
            ("::ffff:127.0.0.1", false, false),
            ("::ffff:1.1.1.1", false, false),
            ("::127.0.0.1", false, false),
            ("64:ff9b::7f00:1", false, false),
            ("2001:db8::1", false, false),
            ("2001::1", false, false),
            ("2002:7f00:1::", false, false),
            ("3fff::1", false, false),
            ("ff02::1", false, false),
        ] {
            let ip: IpAddr = address.parse().unwrap();
            let called = |reach| refused(ip, reach).is_none();
            assert_eq!((called(Reach::Public), called(Reach::Private)), (public, private), "{address}");
        }
    }

    #[test]
    fn a_url_says_https_a_host_and_nothing_secret() {
        for (url, host, port, path) in [
            ("https://a.example.com", "a.example.com", 443, "/"),
            ("https://a.example.com:443/x?y=1", "a.example.com", 443, "/x?y=1"),
            ("https://a.example.com:8443/", "a.example.com", 8443, "/"),
            ("https://[2400:3200::1]:1025/x", "2400:3200::1", 1025, "/x"),
        ] {
            let target = Target::parse(url).unwrap();
            assert_eq!((target.host.as_str(), target.port, target.path.as_str()), (host, port, path), "{url}");
        }
        for url in [
            "http://a.example.com/",
            "HTTPS://a.example.com/",
            "ftp://a.example.com/",
            "a.example.com",
            "https://",
            "https:///x",
            "https://user@a.example.com/",
            "https://user:word@a.example.com/",
            "https://a.example.com:80/",
            "https://a.example.com:1024/",
            "https://a.example.com:99999/",
            "https://a.example.com/#x",
            "https://a.example.com/a b",
            "https://医院.example.com/",
        ] {
            assert!(Target::parse(url).is_err(), "{url}");
        }
        assert!(Target::parse(&format!("https://a.example.com/{}", "x".repeat(1_000))).is_err());
    }

    #[tokio::test]
    async fn a_name_is_refused_by_what_it_means() {
        let target = Target::parse("https://localhost:8443/").unwrap();
        assert!(target.addresses(Reach::Public).await.unwrap_err().contains("loopback"));
        assert!(target.addresses(Reach::Private).await.unwrap().iter().all(|address| address.ip().is_loopback()));
        // Another spelling of 127.0.0.1, which some resolvers read.
        let number = Target::parse("https://2130706433:8443/").unwrap();
        assert!(number.addresses(Reach::Public).await.is_err());
    }
}
