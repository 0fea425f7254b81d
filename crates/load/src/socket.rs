//! Sockets that never block, and what their errors mean for a request.

use std::net::SocketAddr;

use rustix::fd::{AsFd, OwnedFd};
use rustix::io::Errno;
use rustix::net::{self, AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType};

use crate::failure::Failure;

/// Begins to connect. The socket becomes writable when that has succeeded or failed: `connected` tells which.
pub(crate) fn connect(address: &SocketAddr) -> Result<OwnedFd, Failure> {
    let family = if address.is_ipv4() { AddressFamily::INET } else { AddressFamily::INET6 };
    let flags = SocketFlags::NONBLOCK | SocketFlags::CLOEXEC;
    let socket = net::socket_with(family, SocketType::STREAM, flags, None).map_err(failure_of)?;
    // Else the end of a request that is written in two parts would wait for the acknowledgement of the first.
    net::sockopt::set_tcp_nodelay(&socket, true).map_err(failure_of)?;
    match net::connect(&socket, address) {
        Ok(()) | Err(Errno::INPROGRESS | Errno::INTR) => Ok(socket),
        Err(error) => Err(failure_of(error)),
    }
}

/// Whether connecting has succeeded.
pub(crate) fn connected(socket: &OwnedFd) -> Result<(), Failure> {
    net::sockopt::socket_error(socket).and_then(|outcome| outcome).map_err(failure_of)
}

/// What a socket did with bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Moved {
    /// So many bytes; 0 received bytes mean that the other side has closed.
    Bytes(usize),
    /// None for now.
    NotNow,
}

#[inline]
pub(crate) fn send(socket: &OwnedFd, bytes: &[u8]) -> Result<Moved, Failure> {
    moved(|| net::send(socket.as_fd(), bytes, SendFlags::NOSIGNAL))
}

#[inline]
pub(crate) fn receive(socket: &OwnedFd, buffer: &mut [u8]) -> Result<Moved, Failure> {
    moved(|| net::recv(socket.as_fd(), &mut *buffer, RecvFlags::empty()).map(|(count, _)| count))
}

#[inline]
fn moved(mut attempt: impl FnMut() -> Result<usize, Errno>) -> Result<Moved, Failure> {
    loop {
        match attempt() {
            Ok(count) => return Ok(Moved::Bytes(count)),
            Err(Errno::INTR) => {}
            Err(Errno::AGAIN) => return Ok(Moved::NotNow),
            Err(error) => return Err(failure_of(error)),
        }
    }
}

pub(crate) fn failure_of(error: Errno) -> Failure {
    match error {
        Errno::CONNREFUSED => Failure::Refused,
        Errno::CONNRESET | Errno::PIPE | Errno::CONNABORTED => Failure::Reset,
        Errno::HOSTUNREACH | Errno::NETUNREACH | Errno::TIMEDOUT => Failure::Unreachable,
        Errno::ADDRNOTAVAIL | Errno::ADDRINUSE => Failure::NoLocalPort,
        Errno::MFILE | Errno::NFILE => Failure::NoDescriptor,
        other => Failure::System(other.raw_os_error()),
    }
}
